"""Reserving a port, waiting for a server, and the ready file."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from mock_oms.server.port import Address, PortError, held
from mock_oms.server.ready import ReadyFileError, ready_file, trouble, wait_until_answers
from tests.support.hostile_server import hostile_server
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


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b'{"error": "store_unavailable", "message": "the database is read-only"}',
            "the database is read-only",
        ),
        (b'{"error": "store_unavailable"}', ""),
        (b"[]", ""),
        (b"no JSON", ""),
        (b"\xff", ""),
    ],
)
def test_the_reason_of_a_server_that_does_not_become_ready_is_what_it_says(body: bytes, reason: str) -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: %d\r\n\r\n" % len(body)
    with hostile_server(lambda: iter([head + body])) as url:
        assert trouble(url) == reason
    assert trouble("http://127.0.0.1:9") == ""


FACTS = {"url": "http://127.0.0.1:9", "pid": 1, "version": "1", "tenant": "default"}
"""Content of a ready file, as far as it is recognized by it."""


def test_a_ready_file_leaves_no_draft_behind(tmp_path: Path) -> None:
    with ready_file(tmp_path / "ready.json") as file:
        file.write(FACTS)
        names = [entry.name for entry in tmp_path.iterdir()]

    assert names == ["ready.json"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", [json.dumps(FACTS), ""])
def test_a_ready_file_left_by_a_killed_server_is_gone_before_the_next_one_is_ready(
    tmp_path: Path, left: str
) -> None:
    left_behind = tmp_path / "ready.json"
    left_behind.write_text(left, encoding="utf-8")

    with ready_file(left_behind):
        assert not left_behind.exists()


@pytest.mark.parametrize("content", ["notes", "{}", "[]", json.dumps({"url": "", "pid": 1}), "\xff"])
def test_a_file_that_no_server_made_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(content, encoding="latin-1")

    with pytest.raises(ReadyFileError, match="exists and is no ready file of a server"), ready_file(file):
        pass

    assert {entry.name: entry.read_text("latin-1") for entry in tmp_path.iterdir()} == {"notes.txt": content}


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder"])
def test_what_is_no_file_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    place, aim = tmp_path / "ready.json", tmp_path / "aim.json"
    if kind == "link":
        aim.write_text(json.dumps(FACTS), encoding="utf-8")
    if "link" in kind:
        place.symlink_to(aim)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    before = sorted(tmp_path.iterdir())

    with pytest.raises(ReadyFileError, match="exists and is "), ready_file(place):
        pass

    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_appears_while_the_server_starts_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "ready.json"
    with ready_file(place) as file:
        place.write_text("notes", encoding="utf-8")
        with pytest.raises(ReadyFileError, match="was made by another program meanwhile"):
            file.write(FACTS)

    assert place.read_text(encoding="utf-8") == "notes"


def test_the_end_of_a_server_leaves_a_file_that_took_the_place_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "ready.json"
    with ready_file(place) as file:
        file.write(FACTS)
        place.unlink()
        place.write_text("notes", encoding="utf-8")

    assert place.read_text(encoding="utf-8") == "notes"


def test_a_folder_that_takes_no_file_is_one_line(tmp_path: Path) -> None:
    place = tmp_path / ("long" * 70)
    with pytest.raises(ReadyFileError, match="cannot be made: File name too long"), ready_file(place):
        pass
