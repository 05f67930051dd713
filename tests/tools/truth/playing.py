"""Runs the flows on the other OMS, in this process."""

from __future__ import annotations

import os
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from contracts.profile import Profile
from scenarios.choices import Grade
from scenarios.language.flow import Flow
from scenarios.players.person import PersonDesk
from scenarios.records import Masking, Record, RunLog, RunView, Verdict, fold
from scenarios.runner.judging import Rules
from scenarios.runner.launch import prepare
from scenarios.runner.plan import make_plans
from scenarios.runner.price import price_of
from scenarios.runner.run import Engine
from scenarios.runner.run_folder import Settings
from scenarios.session.context import FlowContext
from scenarios.targets.polling import Pause, RealPause, TenantPause
from tests.support.other_oms import Choices, OtherOms
from tests.support.other_oms.serving import environment, serve, write_target
from tests.tools.truth.cases import Case

SEED = 20
RED = (Verdict.FAIL, Verdict.ERROR)
HALTED = (*RED, Verdict.BLOCKED)
"""Verdicts that no flow may have on an OMS without defects."""
PATIENCE_S = 10.0
"""Also the time of a person's command, which is long on a busy machine."""
POLL_EVERY_S = 0.05
TAKES_TIME = ("list_lag_s", "document_after_s", "token_ttl_s", "strangers", "colleagues")
"""Choices by which the OMS acts later, or its lists move."""


@dataclass(frozen=True)
class Shown:
    """A root cause: verdict, key, first sentence, flows."""

    verdict: Verdict
    key: str
    sentence: str
    flows: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The verdicts on one case."""

    case: Case
    flows: dict[str, Verdict]
    causes: tuple[Shown, ...]
    steps: dict[str, int]
    seconds: float
    crash: str = ""
    """Error that ended the run, if any."""

    @property
    def red(self) -> tuple[str, ...]:
        """Ids of failed flows, the shortest first."""
        ids = [flow for flow, verdict in self.flows.items() if verdict in RED]
        return tuple(sorted(ids, key=lambda flow: (self.steps[flow], flow)))

    @property
    def failures(self) -> tuple[Shown, ...]:
        """Root causes with the verdict fail or error."""
        return tuple(cause for cause in self.causes if cause.verdict in RED)

    @property
    def halted(self) -> tuple[Shown, ...]:
        """Root causes that keep a flow from its end."""
        return tuple(cause for cause in self.causes if cause.verdict in HALTED)

    @property
    def good(self) -> bool:
        """Whether the verdict is right.

        Each defect has one cause. Without defects, every flow is played to its end.
        """
        verdicts = set(self.flows.values())
        if self.crash or Verdict.ERROR in verdicts or len(self.failures) != len(self.case.defects):
            return False
        return bool(self.case.defects) or (Verdict.PASS in verdicts and not verdicts & {*HALTED})


class _Kept(RunLog):
    """Keeps records in memory, without masking."""

    def __init__(self) -> None:
        self.masking = Masking()
        self.records: list[Record] = []

    def write(self, record: Record) -> Record:
        """Keep a record."""
        self.records.append(record)
        return record


def pause_for(oms: OtherOms) -> Pause:
    """Return how to wait for an effect of this OMS.

    It acts at once except by these choices, so that a full patience would see the same as a few polls.
    """
    changed = {name for name in TAKES_TIME if getattr(oms.choices, name) != getattr(Choices(), name)}
    return RealPause() if changed else TenantPause(lambda seconds: time.sleep(min(seconds, POLL_EVERY_S)))


def play(
    case: Case,
    patterns: Sequence[str] = (),
    parallel: int = 4,
    *,
    flows: Sequence[Flow] = (),
    oms: OtherOms | None = None,
    grade: Grade | None = None,
    profile: Profile | None = None,
    patience_s: float = PATIENCE_S,
) -> RunView:
    """Run flows on an OMS of this case; `flows` replace the suite's."""
    oms = oms or case.build()
    os.environ.update(environment(oms))
    with serve(oms) as url, tempfile.TemporaryDirectory() as folder:
        target = write_target(oms, url, Path(folder), patience_s)
        settings = Settings(run="truth", folder=Path(folder), patterns=tuple(patterns), target=str(target))
        where, plans = prepare(settings)
        where = replace(where, profile=profile)
        plans = make_plans(flows, where, {}) if flows else plans
        log = _Kept()
        rules = Rules(grade or where.grade, PersonDesk(settings.run))
        price = price_of(where, plans)
        with patch.object(FlowContext, "pause", lambda _: pause_for(oms)):
            Engine(where, plans, log, rules, seed=SEED, parallel=parallel, price=price).run()
    return fold(log.records)


def find(case: Case, patterns: Sequence[str] = (), parallel: int = 4) -> Found:
    """Return the verdicts on a case, or its unexpected error."""
    began = time.monotonic()
    try:
        view = play(case, patterns, parallel)
    except Exception:  # noqa: BLE001 - the other cases go on
        return Found(case, {}, (), {}, time.monotonic() - began, crash=traceback.format_exc())
    flows = {flow.id: flow.verdict for flow in view.flows.values() if flow.verdict is not None}
    causes = tuple(Shown(cause.verdict, cause.key, cause.sentence, cause.flows) for cause in view.causes)
    steps = {flow.id: len(flow.steps) for flow in view.flows.values()}
    return Found(case, flows, causes, steps, time.monotonic() - began)
