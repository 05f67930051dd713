"""`python -m tests.tools.bad_input`: sends 200,000 generated requests, most of them wrong.

A failure is printed with the number of its request and its bytes, and the exit status is 1; seed and number
make it again. With --url the requests go to a server that runs already. It should serve nobody else:
companies that appear during the run are removed as our own, and the orders of the default one too.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import requests
from rich.console import Console

from tests.support.deep_targets import Progress, until_interrupted
from tests.support.mock_client import OverHttp
from tests.tools.bad_input.generated import documented_failures
from tests.tools.bad_input.judging import violations
from tests.tools.bad_input.run import Maker, Run, address
from tests.tools.bad_input.sending import Line, ServerGoneError
from tests.tools.bad_input.tally import outcome, shortened
from tests.tools.bad_input.tenants import Tenants
from tests.tools.bad_input.watching import Processes, counting_server

TOTAL = 200_000
console = Console(width=160, soft_wrap=True, markup=False, highlight=False)


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    return until_interrupted("requests", lambda progress: _send(_asked(arguments), progress))


def _send(asked: argparse.Namespace, progress: Progress) -> int:
    console.print(f"seed {asked.seed}")
    with _run(asked) as run:
        return _only(run, asked.only) if asked.only is not None else _all(run, progress)


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bad_input", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="another one every time")
    parser.add_argument("--total", type=int, default=TOTAL, help="requests to send")
    parser.add_argument("--only", type=int, metavar="N", help="make and send request N of this seed again")
    parser.add_argument("--url", help="a server that runs; one is started when this is not given")
    parser.add_argument("--pid", type=int, help="its process, to watch its memory")
    return parser.parse_args(arguments)


@contextmanager
def _run(asked: argparse.Namespace) -> Iterator[Run]:
    if asked.url is None:
        with counting_server() as (server, processes):
            yield from _set_up(asked, server.url, processes, server.output)
    else:
        yield from _set_up(asked, asked.url, Processes(asked.pid) if asked.pid else None, lambda: "")


def _set_up(
    asked: argparse.Namespace, url: str, processes: Processes | None, output: Callable[[], str]
) -> Iterator[Run]:
    transport = OverHttp(url.rstrip("/"))
    with transport.session:
        tenants = Tenants(transport, asked.seed)
        try:
            yield Run(url, asked.seed, asked.total, tenants, console.print, processes, output)
        finally:
            with suppress(requests.ConnectionError):  # the server may be gone, which was reported before
                tenants.close()


def _all(run: Run, progress: Progress) -> int:
    progress.planned = run.total
    began = time.monotonic()
    run.tally.heard = lambda failure: console.print(failure.told(run.seed))
    try:
        run.send_all()
    except ServerGoneError:
        console.print(f"what it printed:\n{run.output()}")
    finally:
        progress.done = run.tally.sent
    run.tally.show(console)
    found = len(run.tally.failures)
    console.print(f"{run.tally.sent:,} requests in {time.monotonic() - began:.0f} s, {found} failures")
    return 1 if found else 0


def _only(run: Run, number: int) -> int:
    """One request again, with all that is known of it."""
    run.tenants.changes()
    ((_, plan),) = Maker(run.seed, run.tenants.known, number, 0).plans(range(number, number + 1))
    console.print(f"{plan.kind}, {len(plan.wire)} bytes: {shortened(plan.wire)}")
    exchange = run.exchange(Line(*address(run.url)), plan)
    for answer in exchange.answers:
        console.print(f"HTTP {answer.status} {dict(answer.headers)}\n{shortened(answer.body)}")
    console.print(f"{outcome(exchange)}; connection {exchange.end}, {exchange.took_s * 1000:.0f} ms")
    found = [*violations(plan, exchange, documented_failures()), *run.tenants.changes()]
    console.print("\n".join(found) or "nothing wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
