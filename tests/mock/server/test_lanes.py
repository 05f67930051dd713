"""The queues of callers before few threads."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import CancelledError

import pytest

from mock_oms.server.lanes import NICE, LaneFullError, Lanes
from tests.support.server import CALL_LIMIT_S

LOWEST = 19


def hold(begun: threading.Event, open_gate: threading.Event) -> None:
    begun.set()
    open_gate.wait(CALL_LIMIT_S)


def test_a_caller_with_many_calls_delays_another_by_one() -> None:
    lanes, done, open_gate = Lanes(1, 10, "lane"), [], threading.Event()
    lanes.submit("first", lambda: open_gate.wait(CALL_LIMIT_S))
    calls = [("a", n) for n in range(3)] + [("b", 0), ("c", 0)]
    futures = [lanes.submit(call[0], lambda call=call: done.append(call)) for call in calls]  # type: ignore[misc]
    open_gate.set()
    for future in futures:
        future.result(CALL_LIMIT_S)
    assert done == [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("a", 2)]
    lanes.shutdown()


def test_a_full_queue_refuses_one_caller_alone() -> None:
    lanes, open_gate = Lanes(1, 2, "lane"), threading.Event()
    begun = threading.Event()
    lanes.submit("first", lambda: hold(begun, open_gate))
    assert begun.wait(CALL_LIMIT_S)
    waiting = [lanes.submit("a", lambda: None) for _ in range(2)]
    with pytest.raises(LaneFullError):
        lanes.submit("a", lambda: None)
    other = lanes.submit("b", lambda: 7)
    open_gate.set()
    assert other.result(CALL_LIMIT_S) == 7
    assert [future.result(CALL_LIMIT_S) for future in waiting] == [None, None]
    lanes.shutdown()


def test_an_error_is_raised_by_its_caller_and_the_thread_goes_on() -> None:
    lanes = Lanes(1, 2, "lane")
    with pytest.raises(ZeroDivisionError):
        lanes.submit("a", lambda: 1 // 0).result(CALL_LIMIT_S)
    assert lanes.submit("a", lambda: 7).result(CALL_LIMIT_S) == 7
    lanes.shutdown()


def test_a_cancelled_call_is_skipped_and_a_shutdown_cancels_all() -> None:
    lanes, open_gate, begun = Lanes(1, 9, "lane"), threading.Event(), threading.Event()
    lanes.submit("first", lambda: hold(begun, open_gate))
    assert begun.wait(CALL_LIMIT_S)
    cancelled, kept = lanes.submit("a", lambda: 1), lanes.submit("a", lambda: 2)
    assert cancelled.cancel()
    open_gate.set()
    assert kept.result(CALL_LIMIT_S) == 2
    open_gate.clear()
    begun.clear()
    lanes.submit("first", lambda: hold(begun, open_gate))
    assert begun.wait(CALL_LIMIT_S)
    left = lanes.submit("a", lambda: 3)
    lanes.shutdown()
    open_gate.set()
    with pytest.raises(CancelledError):
        left.result(CALL_LIMIT_S)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_the_threads_of_lanes_have_less_priority_than_the_receiving_one() -> None:
    lanes = Lanes(1, 1, "lane")
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    theirs = lanes.submit("a", lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert theirs.result(CALL_LIMIT_S) == min(own + NICE, LOWEST)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own
    lanes.shutdown()
