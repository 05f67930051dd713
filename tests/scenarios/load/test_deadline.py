"""Load on a server whose answers never end."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import pytest

from scenarios.load import chain_day
from scenarios.load.call import NO_ANSWER_IN_TIME, LoadRequest, WrongError
from scenarios.load.counters import Counters
from tests.support.hostile_server import BROKEN, LARGE, SLOW, Pieces, hostile_server, packed
from tests.support.server import ROOT, clean_environment

REFUSED: dict[str, Callable[[], Pieces]] = {**LARGE, "packed": packed}
REASON = r"^an answer of more than 16000000 bytes$|^a packed answer, which was not asked for$"
REQUEST = LoadRequest("read", "GET", "/x")
THROUGH_LOCUST = """
import sys
from locust import FastHttpUser
from locust.env import Environment
from scenarios.load import locust_process
from scenarios.load.call import LoadRequest, WrongError

locust_process.ANSWER_LIMIT_S = float(sys.argv[1])
for url in sys.argv[2:]:
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


@pytest.mark.parametrize("kind", REFUSED)
def test_a_day_of_a_chain_reads_no_answer_of_gigabytes(kind: str) -> None:
    counters = Counters()
    with hostile_server(REFUSED[kind]) as url:
        sender = chain_day.MeasuredSender(url, counters)
        with pytest.raises(WrongError, match=REASON):
            sender.send(REQUEST, lambda answer: answer)
        sender.close()
    assert sum(counters.messages.values()) == 1


@pytest.mark.parametrize("kind", BROKEN)
def test_a_day_of_a_chain_ends_at_a_mock_that_does_not_answer_any_more(kind: str) -> None:
    counters, reasons = Counters(), list[str]()
    with hostile_server(BROKEN[kind]) as url:
        sender = chain_day.MeasuredSender(url, counters, reasons.append)
        for _ in range(chain_day.LOST_MAX):
            assert not reasons
            with pytest.raises(WrongError):
                sender.send(REQUEST, lambda answer: answer.json(200))
        sender.close()
    answered = any(name.startswith("HTTP ") for _, name in counters.messages)
    assert len(reasons) == (0 if answered else 1)
    assert all(
        reason.startswith("The mock of this run gives no usable answer any more (") for reason in reasons
    )


def _through_locust(answers: Mapping[str, Callable[[], Pieces]], limit_s: float, *, slow: bool) -> list[str]:
    """Return what a load run says of each answer."""
    with ExitStack() as stack:
        urls = [stack.enter_context(hostile_server(answer, slow=slow)) for answer in answers.values()]
        ran = subprocess.run(
            [sys.executable, "-c", THROUGH_LOCUST, str(limit_s), *urls],
            cwd=ROOT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    assert not ran.returncode, ran.stderr
    return ran.stdout.splitlines()


def test_a_load_run_waits_once_for_each_answer() -> None:
    assert _through_locust(SLOW, 0.3, slow=True) == [f"{NO_ANSWER_IN_TIME} True"] * len(SLOW)


def test_a_load_run_reads_no_answer_of_gigabytes() -> None:
    found = _through_locust(REFUSED, 30.0, slow=False)
    assert len(found) == len(REFUSED)
    for line in found:
        assert re.search(REASON, line.removesuffix(" True")), found
