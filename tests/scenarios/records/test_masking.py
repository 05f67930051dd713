"""No secret stays in a record, in any place and spelling."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel, JsonValue

from scenarios.records import (
    Check,
    Exchange,
    Masking,
    Note,
    Record,
    Resumed,
    RunLog,
    Verdict,
)
from tests.support.report_sample import START, realistic_run
from tests.support.spellings import CANARY, shows, spellings

RESUMED = Resumed(at=START, version="0.1.0")
EVERY_KIND = {type(record): record for record in [*realistic_run(), RESUMED]}
FLOW = "PAS-S-01"


def planted(value: Any, secret: str) -> Any:
    """Insert `secret` into each text of `value` except our own words."""
    match value:
        case Enum():
            return value
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            free = {name: inner for name, inner in fields.items() if name not in {"type", "schema_version"}}
            return value.model_copy(update=planted(free, secret))
        case Mapping():
            return {name: planted(inner, secret) for name, inner in value.items()}
        case list() | tuple():
            return type(value)(planted(inner, secret) for inner in value)
        case str():
            return f"{value} {secret} end"
        case _:
            return value


@pytest.mark.parametrize("record", EVERY_KIND.values(), ids=lambda record: record.type)
def test_a_known_secret_is_masked_in_every_text_of_a_record_and_in_every_spelling(
    record: Record, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    with RunLog(path, Masking([CANARY])) as log:
        shown = [log.write(planted(record, spelling)) for spelling in spellings(CANARY).values()]
    assert not shows(path.read_text(), CANARY)
    assert not shows("".join(map(repr, shown)), CANARY)
    assert "canary" not in path.read_text()


def test_a_secret_that_becomes_known_later_is_masked_from_then_on(tmp_path: Path) -> None:
    with RunLog(tmp_path / "run.jsonl") as log:
        log.masking.hide("fresh-token")
        masked = log.write(Note(text="got fresh-token"))
    assert masked == Note(at=masked.at, text="got ***")


def call(**values: Any) -> Exchange:
    given = {"flow": FLOW, "step": 1, "method": "GET", "url": "/", "started_at": START, "elapsed_ms": 1.0}
    return Exchange.model_validate(given | values)


@pytest.mark.parametrize(
    "exchange",
    [
        call(url=f"https://user:{quote(CANARY, safe='')}@konnect.example/oms"),
        call(url=f"/aggregator/v1/token?username=u&password={quote(CANARY)}&x=1"),
        call(url="/", trouble=f"no answer from /token?password={quote(CANARY)}"),
        call(request={"headers": {"X-Access-Token": CANARY, "x-control-key": CANARY}}),
        call(request={"headers": {"Authorization": f"Basic {CANARY}"}, "body": [{"password": CANARY}]}),
        call(answer={"status": 200, "body": {"data": [{"accessToken": CANARY}], "ticket": CANARY}}),
        call(answer={"status": 200, "headers": {"set-cookie": f"session={CANARY}"}}),
        call(answer={"status": 200, "body": f'{{"accessToken": "{CANARY}", "cut": "of'}),
    ],
    ids=["user info", "parameter", "trouble", "header", "body", "answer", "cookie", "broken JSON"],
)
def test_a_value_under_the_name_of_a_secret_is_masked_although_nobody_knew_it(exchange: Exchange) -> None:
    masked = Masking(secret_names=["ticket"]).record(exchange)
    assert not shows(repr(masked), CANARY)


def test_expected_and_seen_values_are_masked_by_name() -> None:
    values: dict[str, JsonValue] = {"headers": {"x-access-token": CANARY}}
    check = Check(flow=FLOW, step=1, sentence="s", verdict=Verdict.FAIL, expected=values, seen=[values])
    assert CANARY not in repr(Masking().record(check))
