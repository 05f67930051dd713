"""Reserving a port, waiting for a server, and the ready file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mock_oms.server.port import Address, PortError, held
from mock_oms.server.ready import ReadyFile, ready_file, wait_until_answers
from tests.support.server import CALL_LIMIT_S


def test_a_held_port_is_refused_to_the_next_one_who_asks() -> None:
    with (
        held("127.0.0.1", 0) as first,
        pytest.raises(PortError, match=f"port {first.port}: address already in use"),
        held("127.0.0.1", first.port),
    ):
        pass


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_the_url_of_an_address_is_one_that_this_machine_reaches(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_only_loopback_addresses_need_no_key() -> None:
    assert [
        Address(host, 80).is_loopback for host in ("127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "192.0.2.1")
    ] == [True, True, True, False, False]


def test_waiting_ends_when_there_is_no_hope_left() -> None:
    hopes = iter([True, True, False])

    assert not wait_until_answers("http://127.0.0.1:9", 60, go_on=lambda: next(hopes))


def test_waiting_ends_at_its_limit() -> None:
    began = time.monotonic()

    assert not wait_until_answers("http://127.0.0.1:9", 0.05)
    assert time.monotonic() - began < CALL_LIMIT_S


def test_a_ready_file_leaves_no_draft_behind(tmp_path: Path) -> None:
    file = ReadyFile(tmp_path / "ready.json")

    file.write({"pid": 1})
    names = [entry.name for entry in tmp_path.iterdir()]
    file.remove()

    assert names == ["ready.json"]
    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_left_by_a_killed_server_is_gone_before_the_next_one_is_ready(tmp_path: Path) -> None:
    left_behind = tmp_path / "ready.json"
    left_behind.write_text("{}", encoding="utf-8")

    with ready_file(left_behind):
        assert not left_behind.exists()
