"""A contract run outlives its tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.konnect.operations import TOKEN_HEADER
from scenarios.choices import Grade
from scenarios.targets.http import Pacer, Wire
from scenarios.targets.in_process import IN_PROCESS_URL, in_process_session
from scenarios.targets.opening import Target
from tests.support.contract_targets import QUICK, app_with_orders, described, held_against

USES = 4
"""Calls that a token lives."""


def with_short_tokens(status: str, uses: Counter[str]) -> Target:
    """The mock, whose tokens end after a few calls."""
    app = app_with_orders()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        token = environ.get(f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}", "")
        uses[token] += 1
        if not token or uses[token] <= USES:
            return app(environ, start_response)
        start_response(status, [("Content-Type", "application/json")])
        return [b'{"message": "the token has ended"}']

    wire = Wire(IN_PROCESS_URL, lambda: in_process_session(answer), Pacer())
    return replace(described(app), wire=wire)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_token_refused_at_any_age_is_renewed_once(status: str, tmp_path: Path) -> None:
    uses: Counter[str] = Counter()
    target = with_short_tokens(status, uses)
    outcome, failing = held_against(
        target, tmp_path / "run", phases=QUICK, only=("get_shipments",), grade=Grade.EVIDENCE
    )
    lived = [count for token, count in uses.items() if token and count > USES]
    assert len(lived) > 2
    assert max(lived) == USES + 1
    assert failing == []
    assert outcome.exit_status == 0
