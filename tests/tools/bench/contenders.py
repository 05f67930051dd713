"""The measured servers: start commands, best settings and checks of their answers.

Java servers are started as `java -jar`, without the node program that npm puts before them: that would only
add to their start and their memory.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import COMMAND, ROOT
from tests.tools.bench.calls import (
    ANY_ID,
    CONFIRM,
    LOCATION,
    LOOK,
    Sample,
    ask,
    check_confirmed,
    check_order,
    token,
)

NODE_TOOLS = ROOT / ".ci" / "bench" / "node_modules"
OURS, BARE = "mock-oms", "bare Flask"
DEFAULT, TUNED = "WireMock", "WireMock tuned"
DOCUMENT = ROOT / "contracts" / "konnect.openapi.json"
STUBS = 10_000

Files = Callable[[Sample], Mapping[str, object]]
Start = Callable[[int, Path], list[str]]


def _no_files(_: Sample) -> Mapping[str, object]:
    return {}


def answers_both(url: str) -> None:
    """Raises `WrongAnswerError` unless both calls are answered well."""
    check_order(ask(url, f"{LOOK}?orderId={ANY_ID}"), None)
    check_confirmed(ask(url, CONFIRM, [{"orderId": ANY_ID}]))


def answers_look(url: str) -> None:
    """Raise `WrongAnswerError` unless the call for one stubbed order is answered."""
    check_order(ask(url, f"{LOOK}?orderId={stub_ids()[0]}"), stub_ids()[0])


def ours_answers(url: str) -> None:
    """Raise unless the mock returns a token and an empty order list."""
    path = f"{LOOK}?orderStatus=CREATED&locationCode={LOCATION}"
    if ask(url, path, token=token(url)).body != b"[]":
        raise AssertionError("a server that has just started has orders")


@dataclass(frozen=True, slots=True)
class Contender:
    """A measured server.

    `start` makes its command from port and folder, `files` the folder's content. `needs` are the required
    programs and files. `warm_up_s`: seconds of calls before the measurement. `knows_orders`: it has orders,
    which are placed and used up. `once`: it serves comparison only and starts a single time.
    """

    name: str
    setting: str
    start: Start
    needs: tuple[str | Path, ...] = ()
    files: Files = _no_files
    answers: Callable[[str], None] = answers_both
    warm_up_s: int = 2
    calls: tuple[str, ...] = ("get", "confirm")
    knows_orders: bool = False
    once: bool = False

    def absent(self) -> str | None:
        """What is missing on this machine, in words."""
        for need in self.needs:
            if isinstance(need, str) and shutil.which(need) is None:
                return f"not installed: {need} is missing"
            if isinstance(need, Path) and not need.exists():
                return "not installed: make bench fetches it with npm"
        return None


# Ours, and the yardstick


def ours(store: str = "memory") -> Contender:
    """The mock as `mock-oms serve` starts it, on one of its stores."""
    flags = ["--orders-max", "10000000"]  # one of the measurements is made among a million orders
    flags += [] if store == "memory" else ["--store", store]
    return Contender(
        OURS,
        f"{store} store, validation and journal on",
        lambda port, _: [*COMMAND, "serve", "--port", str(port), *flags],
        answers=ours_answers,
        knows_orders=True,
    )


def _bare(port: int, _: Path) -> list[str]:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "1"]
    return [*granian, "--port", str(port), "--log-level", "error", "tests.tools.bench.bare:app"]


# WireMock: one stub for all orders is its best case. One for each, as people write them, it searches in turn.

_WIREMOCK = NODE_TOOLS / "wiremock" / "build" / "wiremock-standalone-3.13.2.jar"
_QUICK = (
    "--no-request-journal",
    "--disable-request-logging",
    "--disable-banner",
    "--disable-gzip",
    "--disable-response-templating",
    "--disable-extensions-scanning",
    "--async-response-enabled=true",
    "--async-response-threads=32",
    "--container-threads=32",
)


def _wiremock(*flags: str) -> Start:
    return lambda port, folder: [
        *("java", "-jar", str(_WIREMOCK), "--port", str(port), "--root-dir", str(folder), *flags)
    ]


def _wiremock_stub(body: str, **request: object) -> dict[str, object]:
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    return {"request": request, "response": response}


def _look_stub(body: str, **order_id: str) -> dict[str, object]:
    return _wiremock_stub(body, method="GET", urlPath=LOOK, queryParameters={"orderId": order_id})


def _wiremock_files(sample: Sample) -> Mapping[str, object]:
    some_order = [{"matchesJsonPath": "$[0].orderId"}]
    return {
        "mappings/get.json": _look_stub(sample.order, matches="[0-9]+"),
        "mappings/confirm.json": _wiremock_stub(
            sample.confirmed, method="POST", urlPath=CONFIRM, bodyPatterns=some_order
        ),
    }


def stub_ids() -> list[str]:
    """Ids of the orders that have a stub each."""
    first = int(ANY_ID)
    return [str(first + number) for number in range(STUBS)]


def _one_stub_each(sample: Sample) -> Mapping[str, object]:
    order = json.loads(sample.order)[0]
    stubs = [_look_stub(json.dumps([order | {"id": known}]), equalTo=known) for known in stub_ids()]
    return {"mappings/all.json": {"mappings": stubs}}


# MockServer


def _mockserver_jar() -> Path:
    return NODE_TOOLS / "mockserver-node" / "mockserver-netty-8.0.0-jar-with-dependencies.jar"


def _mockserver(port: int, folder: Path) -> list[str]:
    quiet = ("-Dmockserver.logLevel=WARN", "-Dmockserver.disableLogging=true")
    stubs = str(folder / "stubs.json")
    return ["java", *quiet, "-jar", str(_mockserver_jar()), "run", "-p", str(port), "--init", stubs]


def _expectation(answer: str, /, **request: object) -> dict[str, object]:
    headers = {"Content-Type": ["application/json"]}
    return {"httpRequest": request, "httpResponse": {"statusCode": 200, "headers": headers, "body": answer}}


def _mockserver_files(sample: Sample) -> Mapping[str, object]:
    some_order = {"type": "JSON_PATH", "jsonPath": "$[0].orderId"}
    return {
        "stubs.json": [
            _expectation(
                sample.order, method="GET", path=LOOK, queryStringParameters={"orderId": ["[0-9]+"]}
            ),
            _expectation(sample.confirmed, method="POST", path=CONFIRM, body=some_order),
        ]
    }


# Prism

_PRISM = NODE_TOOLS / "@stoplight" / "prism-cli" / "dist" / "index.js"


def _prism(port: int, _: Path) -> list[str]:
    return ["node", str(_PRISM), "mock", "-v", "error", "-p", str(port), str(DOCUMENT)]


def contenders(store: str, warm_up_s: int) -> tuple[Contender, ...]:
    """Return all servers of a run; `warm_up_s` is for virtual machines."""
    wiremock: tuple[str | Path, ...] = ("java", _WIREMOCK)
    mockserver: tuple[str | Path, ...] = ("java", _mockserver_jar())
    return (
        ours(store),
        Contender(BARE, "one route each, no validation, no state, one granian thread", _bare),
        Contender(
            DEFAULT,
            "3.13, as it comes; one stub for all orders",
            _wiremock(),
            wiremock,
            _wiremock_files,
            warm_up_s=warm_up_s,
        ),
        Contender(
            TUNED,
            "3.13, no journal, quiet, asynchronous, no templates, 32 threads; one stub for all orders",
            _wiremock(*_QUICK),
            wiremock,
            _wiremock_files,
            warm_up_s=warm_up_s,
        ),
        Contender(
            "WireMock stubs",
            f"3.13 tuned, with a stub for each of {STUBS:,} orders; GET only",
            _wiremock(*_QUICK),
            wiremock,
            _one_stub_each,
            answers=answers_look,
            warm_up_s=warm_up_s,
            calls=("get",),
            once=True,
        ),
        Contender(
            "MockServer",
            "8.0, logging off",
            _mockserver,
            mockserver,
            _mockserver_files,
            warm_up_s=warm_up_s,
        ),
        Contender("Prism", "5.14, -v error, on our document", _prism, ("node", _PRISM)),
    )
