"""Judges one step: its expectations, its answers' shape, and the profile."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import JsonValue

from contracts.evidence import Evidence
from contracts.profile import DEFAULT, evidence_of
from contracts.requirements import requirement
from scenarios.checks import CheckContext, CheckResult, check
from scenarios.checks.base import BY_ID, STATUS, cause_key
from scenarios.checks.bulk_answers import code_grade
from scenarios.checks.choices import decides_choice, meet_choices, meet_dates, meet_wait
from scenarios.checks.shapes import ShapeViolation, shape_violations, shipment_violations
from scenarios.choices import Aspect, Grade, Player
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.language.flow import Step
from scenarios.players.person import PersonDesk
from scenarios.players.system import player_of
from scenarios.records import Check, Verdict, worst
from scenarios.report.body_text import in_one_line
from scenarios.runner.rereading import is_list, read_again
from scenarios.runner.setup import require_mode
from scenarios.targets.answers import UnreadableError
from scenarios.targets.polling import watch

SERVER_ERROR = 500
VALUE_LIMIT = 300
"""Characters of a value in a message."""
NO_SERVER_ERROR = "is answered without a server error"


@dataclass(frozen=True, slots=True)
class Rules:
    """Values that apply to all steps of a run."""

    grade: Grade
    desk: PersonDesk


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a step; `halts` ends its flow, `again`: retry."""

    verdict: Verdict
    message: str = ""
    cause: str | None = None
    halts: bool = False
    again: bool = False


def check_expectations(context: CheckContext, expects: Iterable[e.Expectation], rules: Rules) -> Ending:
    """Check the expectations in order, up to the first failure."""
    verdicts = [_shape(context, rules), _as_the_profile_says(context, rules)]
    if context.outcome.refusal is not None and not any(isinstance(x, e.Impossible) for x in expects):
        raise context.outcome.refusal
    ending: Ending | None = None
    for expectation in expects:
        if _not_applicable(context, expectation):
            _meet_other_choice(context, expectation)
            continue
        record, cause = _check_one(context, expectation, rules)
        verdicts.append(record.verdict)
        if record.verdict in (Verdict.FAIL, Verdict.BLOCKED):
            require_mode(context)
            inner = e.bare(expectation)
            message = f"{record.sentence}: expected {_short(record.expected)}, saw {_short(record.seen)}"
            again = record.verdict is Verdict.BLOCKED and not context.outcome.unanswered
            ending = Ending(record.verdict, message, cause, halts=inner.decisive, again=again)
            break
    if ending is None:
        verdicts.append(_seen_by_checks(context, rules))
        verdicts.append(_as_the_profile_says(context, rules))
    verdict = worst(verdicts)
    return ending if ending and ending.verdict is verdict else Ending(verdict)


def _as_the_profile_says(context: CheckContext, rules: Rules) -> Verdict:
    """Check that the step met the profile's values, in strict runs."""
    found = context.flow.reading.differences.pop(context.flow.reading.place, {})
    if rules.grade is not Grade.STRICT:
        return Verdict.PASS
    faults = [
        ShapeViolation(
            evidence_of(point),
            CheckResult(
                False,
                {point: meeting.expected},
                {point: meeting.value},
                "profile",
                expected_group=f"does as the profile says at {point}",
            ),
        )
        for point, meeting in found.items()
        if meeting.value != DEFAULT.status_success  # a check of each refusal judges that word
    ]
    return _record_violations(context, faults, rules, context.touchpoint)


def _short(value: JsonValue) -> str:
    return in_one_line(value, VALUE_LIMIT)


def _not_applicable(context: CheckContext, expectation: e.Expectation) -> bool:
    """Return whether the expectation does not apply here.

    The profile makes another choice, or the answer went to another client.
    """
    inner, profile = e.bare(expectation), context.flow.profile
    if inner.unless and getattr(profile, inner.unless[0], None) == inner.unless[1]:
        return True
    if _conditioned_off(context, inner):
        return True
    elsewhere = player_of(context.flow, context.step) is Player.SYSTEM or context.outcome.unanswered
    return elsewhere and inner.about_answer and not isinstance(inner, e.Accepted)


def _conditioned_off(context: CheckContext, inner: e.Expectation) -> bool:
    """Return whether the profile lacks the choice that the expectation presumes.

    An unknown profile has the default's choices.
    """
    profile, condition = context.flow.profile or DEFAULT, inner.condition
    return bool(condition and getattr(profile, condition[0]) != condition[1])


def _meet_other_choice(context: CheckContext, expectation: e.Expectation) -> None:
    """Note the target's choice where the profile leaves the expectation out."""
    inner = e.bare(expectation)
    if decides_choice(inner) and not context.outcome.unanswered and not _conditioned_off(context, inner):
        short = replace(context, short=True)
        meet_choices(short, inner, _result_of(short, inner))


def _check_one(context: CheckContext, expectation: e.Expectation, rules: Rules) -> tuple[Check, str | None]:
    """Check one expectation and record it."""
    optional = isinstance(expectation, e.Should)
    inner = e.bare(expectation)
    on_time = not context.outcome.unanswered and not _person_missing(context)
    short = on_time and _only_warns(inner.evidence, optional, rules)
    began = time.monotonic()
    result = _result_of(replace(context, short=short), inner)
    if result.passed:
        meet_wait(context, inner, time.monotonic() - began)
    meet_choices(context, inner, result)
    if not result.passed and result.touchpoint == STATUS:
        result = _gone_back(context, inner, result)
    grade = _grade(context, inner, result)
    verdict = _verdict(result, grade, optional, rules)
    if verdict is Verdict.FAIL and (context.outcome.unanswered or (inner.waits and _person_missing(context))):
        verdict = Verdict.BLOCKED
    if verdict is Verdict.WARN and grade is not Evidence.DOCUMENTED:
        _doubt(context, inner, grade)
    found = _record(context, inner, result, grade, verdict)
    for other in result.more:
        own = _grade(context, inner, other)
        _record(context, inner, other, own, _verdict(other, own, optional, rules), beside=True)
    return found


def _gone_back(context: CheckContext, inner: e.Expectation, result: CheckResult) -> CheckResult:
    """Say of a wrong status that it went back.

    The shipment showed a later one before.
    """
    memory = context.flow.memory
    known = [memory.gone_back[i] for i in context.ids(inner) if i in memory.gone_back]
    if not known:
        return result
    rule = "does not show an earlier status again"
    return replace(result, actual=known[0], group_key="gone back", expected_group=rule)


def _grade(context: CheckContext, inner: e.Expectation, result: CheckResult) -> Evidence:
    """Return the evidence of a checked statement.

    What follows from a missed assumption is not asserted with a stronger grade than the assumption.
    """
    grade = inner.evidence
    if isinstance(inner, e.Refused):
        grade = code_grade(inner, context.step.action.touchpoint)
    grade = result.grade or grade
    doubts = context.flow.memory.doubts
    weak = [doubts[name] for name in context.names(inner) if name in doubts]
    return max(grade, *weak, key=lambda each: each.rank) if weak and result.grade is None else grade


def _doubt(context: CheckContext, inner: e.Expectation, grade: Evidence) -> None:
    """Remember shipments whose call missed an assumption."""
    if isinstance(inner, e.Impossible) or (inner.about_answer and inner.decisive):
        action = context.step.action
        for name in (*context.names(inner), *action.names, *filter(None, (action.births,))):
            context.flow.memory.doubts.setdefault(name, grade)


def _person_missing(context: CheckContext) -> bool:
    """Return whether a person played the step without confirming it.

    A command confirms by its exit status.
    """
    human = not context.flow.target.person_command
    return human and player_of(context.flow, context.step) is Player.PERSON


def _only_warns(grade: Evidence, optional: bool, rules: Rules) -> bool:
    """Return whether a miss is only a warning."""
    return optional or (rules.grade is Grade.EVIDENCE and grade is not Evidence.DOCUMENTED)


def _verdict(result: CheckResult, grade: Evidence, optional: bool, rules: Rules) -> Verdict:
    if result.passed:
        return Verdict.PASS
    return Verdict.WARN if _only_warns(grade, optional, rules) else Verdict.FAIL


def _result_of(context: CheckContext, expectation: e.Expectation) -> CheckResult:
    """Check an expectation; poll if another player acts.

    An unreadable answer is a miss.
    """
    if isinstance(expectation, e.Accepted) and (
        context.outcome.unanswered or player_of(context.flow, context.step) is Player.SYSTEM
    ):
        return CheckResult(True, "accepted", "accepted", notes=("seen by its effect, not by its answer",))

    def look() -> CheckResult:
        try:
            return check(expectation, context)
        except UnreadableError as error:
            return CheckResult(False, expectation.says(), str(error))

    result = look()
    if expectation.reads_again and not result.passed and is_list(context.step.action):
        return read_again(context, expectation, result)
    others = player_of(context.flow, context.step) is not Player.SUITE or context.outcome.unanswered
    if expectation.waits or expectation.about_answer or not others or result.passed:
        return result
    return watch(look, lambda result: result.passed, context.flow.pause(), context.patience)


def _record(
    context: CheckContext,
    expectation: e.Expectation,
    result: CheckResult,
    grade: Evidence,
    verdict: Verdict,
    *,
    beside: bool = False,
) -> tuple[Check, str | None]:
    says = expectation.says()
    subject = ", ".join(context.names(expectation))
    clean = result.passed and not result.suspicious
    cause = None if clean else cause_key(context.touchpoint, says, result)
    record = Check(
        flow=context.flow.recorder.flow,
        step=context.flow.recorder.step,
        sentence=f"{subject} {says}".strip(),
        rule="" if clean else result.expected_group or says,
        call="" if clean else context.call(expectation, result),
        beside=beside,
        aspect=expectation.aspect,
        verdict=verdict,
        evidence=grade,
        source=_source(context.step),
        requirements=context.step.proves,
        expected=json_of(result.expected),
        seen=json_of(result.actual),
        cause=cause,
        notes=result.notes,
    )
    context.flow.recorder.emit(record)
    return record, cause


def _source(step: Step) -> str:
    return next((requirement(name).source.url for name in step.proves), "")


def json_of(value: Any) -> JsonValue:
    """Convert a value of a result to JSON; types become their names."""
    if isinstance(value, dict):
        return {str(name): json_of(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [json_of(inner) for inner in value]
    return (
        value
        if isinstance(value, str | int | float | bool | None)
        else getattr(value, "__name__", str(value))
    )


def _shape(context: CheckContext, rules: Rules) -> Verdict:
    """Check the shape of the answers; record only a fault."""
    action = context.step.action
    for reply in context.outcome.replies:
        if reply.status >= SERVER_ERROR:
            seen = f"HTTP {reply.status}"
            result = CheckResult(False, "no server error", seen, expected_group=NO_SERVER_ERROR)
            return _record_violations(context, [ShapeViolation(Evidence.DOCUMENTED, result)], rules, "")
    meant_to_fail = any(isinstance(e.bare(x), e.CallRefused | e.NotServed) for x in context.step.expects)
    if not isinstance(action, a.KonnectAction) or isinstance(action, a.SendBody) or meant_to_fail:
        return Verdict.PASS
    for reply in context.outcome.replies:
        found = shape_violations(action.touchpoint, reply, context.flow.reading)
        if found:
            return _record_violations(context, found, rules, action.touchpoint)
    return Verdict.PASS


def _record_violations(
    context: CheckContext, found: Sequence[ShapeViolation], rules: Rules, at: str
) -> Verdict:
    """Record violations of one answer; `at` is the touchpoint of its call."""
    verdicts = []
    for place, fault in enumerate(found):
        verdict = _verdict(fault.result, fault.evidence, False, rules)
        expectation = (_Field if fault.shown else _Shape)(grade=fault.evidence)
        result = replace(fault.result, at=at)
        _record(context, expectation, result, fault.evidence, verdict, beside=place > 0)
        verdicts.append(verdict)
    return worst(verdicts)


def _seen_by_checks(context: CheckContext, rules: Rules) -> Verdict:
    """Check fields and identity of the shipments that the checks read."""
    memory = context.flow.memory
    meet_dates(context)
    known = {name: memory.ids[name] for name in context.names(_Shape()) if name in memory.ids}
    ids = [order_id for ids in known.values() for order_id in ids]
    found = next(filter(None, (shipment_violations(memory, order_id) for order_id in ids)), [])
    return _record_violations(context, found, rules, BY_ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape(e.Expectation):
    """The answer has the documented shape."""

    usual_grade = Evidence.DOCUMENTED

    def says(self) -> str:
        return "is answered in the documented shape"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field(_Shape):
    """The answer has a field that no later call needs."""

    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.FIELD
