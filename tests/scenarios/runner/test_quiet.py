"""Flows that read a list stop changes, for a limited time."""

from __future__ import annotations

import threading

from scenarios.session.quiet import Quiet

LIMIT_S = 30.0


def test_a_change_waits_for_the_end_of_a_quiet_time() -> None:
    quiet, changed = Quiet(), threading.Event()

    def change() -> None:
        with quiet.changing():
            changed.set()

    with quiet.held():
        thread = threading.Thread(target=change)
        thread.start()
        assert not changed.wait(0.05)
    assert changed.wait(LIMIT_S)
    thread.join()


def test_a_quiet_time_waits_for_a_running_change() -> None:
    quiet, running, over, held = Quiet(), threading.Event(), threading.Event(), threading.Event()

    def change() -> None:
        with quiet.changing():
            running.set()
            over.wait(LIMIT_S)
            assert not held.is_set()

    def read() -> None:
        with quiet.held():
            held.set()

    threads = [threading.Thread(target=work) for work in (change, read)]
    threads[0].start()
    assert running.wait(LIMIT_S)
    threads[1].start()
    over.set()
    for thread in threads:
        thread.join(LIMIT_S)
    assert held.is_set()


def test_a_change_that_takes_long_stops_no_reading_for_ever() -> None:
    quiet = Quiet(limit_s=0.01)
    with quiet.changing(), quiet.held():
        pass


def test_a_quiet_time_that_takes_long_stops_no_change_for_ever() -> None:
    quiet = Quiet(limit_s=0.01)
    with quiet.held(), quiet.changing():
        pass


def test_flows_read_at_the_same_time() -> None:
    quiet = Quiet()
    with quiet.held(), quiet.held():
        pass
