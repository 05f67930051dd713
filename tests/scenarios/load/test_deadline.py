"""Load on a server whose answers never end."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack

import pytest

from scenarios.load import chain_day
from scenarios.load.call import NO_ANSWER_IN_TIME, LoadRequest, WrongError
from scenarios.load.counters import Counters
from tests.support.hostile_server import SLOW, hostile_server
from tests.support.server import ROOT, clean_environment

REQUEST = LoadRequest("read", "GET", "/x")
THROUGH_LOCUST = """
import sys
from locust import FastHttpUser
from locust.env import Environment
from scenarios.load import locust_process
from scenarios.load.call import LoadRequest, WrongError

locust_process.ANSWER_LIMIT_S = 0.3
for url in sys.argv[1:]:
    class User(FastHttpUser):
        host = url
    environment, noted = Environment(), []
    environment.events.request.add_listener(lambda exception, **_: noted.append(str(exception)))
    try:
        locust_process.LocustSender(User(environment).client).send(
            LoadRequest("read", "GET", "/x"), lambda answer: answer
        )
    except WrongError as wrong:
        print(wrong, noted == [str(wrong)])
"""


@pytest.mark.parametrize("kind", SLOW)
def test_a_day_of_a_chain_waits_once_for_each_answer(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_day, "TIMEOUT_S", 0.3)
    counters = Counters()
    with hostile_server(SLOW[kind], slow=True) as url:
        sender = chain_day.MeasuredSender(url, counters)
        with pytest.raises(WrongError, match=r"^no "):
            sender.send(REQUEST, lambda answer: answer)
        sender.close()
    assert sum(counters.messages.values()) == 1


def test_a_load_run_waits_once_for_each_answer() -> None:
    with ExitStack() as stack:
        urls = [stack.enter_context(hostile_server(answer, slow=True)) for answer in SLOW.values()]
        ran = subprocess.run(
            [sys.executable, "-c", THROUGH_LOCUST, *urls],
            cwd=ROOT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    assert ran.stdout.splitlines() == [f"{NO_ANSWER_IN_TIME} True"] * len(SLOW), ran.stderr
