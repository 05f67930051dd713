"""Requirements that a run covered, and their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.evidence import Evidence
from contracts.requirements import REQUIREMENTS, Requirement
from scenarios.records import FlowView, StepView, Verdict, worst
from scenarios.report.summary import Coverage, RequirementSummary

_KNOWN = {row.id: row for row in REQUIREMENTS}
_ORDER = {row.id: place for place, row in enumerate(REQUIREMENTS)}

_UNDECIDED = (Verdict.SKIP, Verdict.BLOCKED)
"""Verdicts that do not count if another flow decided the requirement."""

Proof = tuple[str, str, Verdict | None]
"""Requirement, flow and verdict; None if the run did not get there."""


def proven(flows: Iterable[FlowView]) -> tuple[RequirementSummary, ...]:
    """Summarize the requirements of flows, in the order of the contract.

    Unknown ids come last.
    """
    found: dict[str, list[Proof]] = {}
    for flow in flows:
        for proof in _in_flow(flow):
            found.setdefault(proof[0], []).append(proof)
    ids = sorted(found, key=lambda id: (_ORDER.get(id, len(_ORDER)), id))
    return tuple(_summary(id, found[id]) for id in ids)


def coverage(touched: Iterable[RequirementSummary]) -> Coverage:
    """Count the documented requirements that the run decided."""
    reached = {row.id for row in touched if row.verdict not in {None, *_UNDECIDED}}
    documented = [row.id for row in REQUIREMENTS if row.source.evidence is Evidence.DOCUMENTED]
    missed = tuple(id for id in documented if id not in reached)
    return Coverage(documented=len(documented), covered=len(documented) - len(missed), uncovered=missed)


def _in_flow(flow: FlowView) -> Iterator[Proof]:
    in_steps = [proof for step in flow.steps.values() for proof in _in_step(flow, step)]
    yield from in_steps
    for id in set(flow.planned.requirements) - {proof[0] for proof in in_steps}:
        yield id, flow.id, flow.verdict


def _in_step(flow: FlowView, step: StepView) -> Iterator[Proof]:
    checked = [(id, check.verdict) for check in step.checks for id in check.requirements]
    for id, verdict in checked:
        yield id, flow.id, verdict
    skipped = Verdict.SKIP if flow.planned.skip is not None else None
    for id in set(step.planned.requirements) - {id for id, _ in checked}:
        yield id, flow.id, step.verdict or skipped


def _summary(id: str, proofs: list[Proof]) -> RequirementSummary:
    row: Requirement | None = _KNOWN.get(id)
    verdicts = [verdict for _, _, verdict in proofs if verdict]
    decided = [verdict for verdict in verdicts if verdict not in _UNDECIDED] or verdicts
    return RequirementSummary(
        id=id,
        text=row.text if row else "",
        evidence=row.source.evidence if row else None,
        source=row.source.url if row else "",
        verdict=worst(decided) if decided else None,
        flows=tuple(dict.fromkeys(flow for _, flow, _ in proofs)),
    )
