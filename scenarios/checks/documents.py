"""Checks of PDF texts."""

from __future__ import annotations

import re

from contracts.evidence import Evidence
from contracts.konnect.base import REFUSED_HEADER
from scenarios.checks.answers import answer_of, said
from scenarios.checks.base import CheckContext, CheckResult, check
from scenarios.language import expectations as e
from scenarios.language.actions import StartReturn
from scenarios.language.flow import single_steps
from scenarios.targets.http import pdf_text

START_OF_ID = 5
"""First digits that ids of the same days share: they begin with the time."""


def text_of(context: CheckContext) -> str | None:
    """Return the text of the step's PDF without whitespace.

    Line breaks may stand anywhere. None if the answer is not a PDF.
    """
    reply = answer_of(context)
    text = pdf_text(reply.content) if reply.is_pdf or reply.content.startswith(b"%PDF") else None
    return None if text is None else re.sub(r"\s+", "", text)


def no_pdf(context: CheckContext) -> CheckResult:
    """Build the result for an answer without a readable PDF.

    That a PDF comes is documented, its text is not.
    """
    reply = answer_of(context)
    broken = "a PDF that cannot be read" if reply.is_pdf else said(context, reply)
    grade = None if _partly_refused(context) else Evidence.DOCUMENTED
    return CheckResult(False, "a PDF", broken, grade=grade, expected_group="comes as a PDF")


def _partly_refused(context: CheckContext) -> bool:
    """Return whether the step expects a refusal as well."""
    return any(isinstance(e.bare(each), e.NotShown | e.Refused) for each in context.step.expects)


@check.register
def _pdf_names(expectation: e.PdfNamesShipment, context: CheckContext) -> CheckResult:
    text = text_of(context)
    if text is None or not answer_of(context).is_pdf:
        return no_pdf(context)
    wanted = context.ids(expectation)
    missing = [order_id for order_id in wanted if order_id not in text]
    memory = context.flow.memory
    related = _sales_of(context, wanted)
    known = {*memory.everything(), *_ids_like(wanted, text)}
    own = {*wanted, *related, *context.outcome.order_ids}  # NotShown is about refused ones of the call
    foreign = sorted(i for i in known if i not in own and i in text)
    if foreign:
        seen, group = f"a PDF that names {', '.join(foreign)}", "a PDF that names another"
    elif missing:
        seen, group = f"a PDF without {', '.join(missing)}", "a PDF that does not name it"
    else:
        return CheckResult(True, wanted, "a PDF that names them")
    named = foreign or len(missing) < len(wanted)  # a PDF that names shipments names the right ones
    grade = Evidence.DOCUMENTED if named else None
    says = e.pdf_names_shipment().says()
    return CheckResult(False, wanted, seen, group_key=group, expected_group=says, grade=grade)


def _ids_like(wanted: list[str], text: str) -> set[str]:
    """Return numbers in a text that look like these ids."""
    starts = {
        (order_id[:START_OF_ID], len(order_id) - START_OF_ID) for order_id in wanted if order_id.isdigit()
    }
    return {
        found
        for start, more in starts
        for found in re.findall(rf"(?<!\d){start}\d{{{max(more, 0)}}}(?!\d)", text)
    }


@check.register
def _partly_printed(expectation: e.PartlyPrinted, context: CheckContext) -> CheckResult:
    """Check the profile's choice; without a profile either passes."""
    reply, profile = answer_of(context), context.flow.profile
    choice = "pdf" if reply.is_pdf else "counts"
    if profile and profile.partly_printed != choice:
        return CheckResult(False, profile.partly_printed, choice)
    context.flow.reading.meet("partly_printed", choice)
    if not reply.is_pdf:
        return check(e.refused(expectation.code, of=expectation.but, grade=expectation.evidence), context)
    counted = reply.headers.get(REFUSED_HEADER)
    missing = len(context.outcome.order_ids) - len(context.ids(expectation))
    if counted != str(missing) and (counted is not None or context.flow.control is not None):
        return CheckResult(False, {REFUSED_HEADER: str(missing)}, {REFUSED_HEADER: counted})
    return check(e.pdf_names_shipment(of=expectation.of), context)


def _sales_of(context: CheckContext, returns: list[str]) -> set[str]:
    """Return the sales of these returns.

    A credit note may name its sale.
    """
    memory, case = context.flow.memory, context.flow.case
    opened = [s.action for s in single_steps(case.flow) if isinstance(s.action, StartReturn)]
    ours = [each for each in opened if set(memory.ids.get(each.named, ())) & set(returns)]
    return {order_id for each in ours for order_id in memory.of(each.names)}


@check.register
def _pdf_number(expectation: e.PdfShowsNumber, context: CheckContext) -> CheckResult:
    text = text_of(context)
    if text is None:
        return no_pdf(context)
    for order_id in context.ids(expectation):
        number = context.flow.reading.number(context.flow.look(order_id) or {})
        if not number or number.replace(" ", "") not in text:
            return CheckResult(False, number or "a number", "a PDF without it", group_key="a PDF without it")
    return CheckResult(True, "the number", "the number")


@check.register
def _pdf_shows(expectation: e.PdfShows, context: CheckContext) -> CheckResult:
    text = text_of(context)
    if text is None:
        return no_pdf(context)
    missing = [wanted for wanted in expectation.texts if re.sub(r"\s+", "", wanted) not in text]
    seen = f"a PDF without {', '.join(missing)}" if missing else "a PDF with them"
    return CheckResult(not missing, list(expectation.texts), seen)
