"""Checks of PDF texts."""

from __future__ import annotations

import re

from scenarios.checks.answers import answer_of, said
from scenarios.checks.base import CheckContext, CheckResult, check
from scenarios.language import expectations as e
from scenarios.language.actions import StartReturn
from scenarios.language.flow import single_steps
from scenarios.targets.http import pdf_text


def text_of(context: CheckContext) -> str | None:
    """Return the text of the step's PDF without whitespace.

    Line breaks may stand anywhere. None if the answer is not a PDF.
    """
    text = pdf_text(answer_of(context).content)
    return None if text is None else re.sub(r"\s+", "", text)


def no_pdf(context: CheckContext) -> CheckResult:
    """Build the result for an answer without a readable PDF."""
    reply = answer_of(context)
    broken = "a PDF that cannot be read" if reply.is_pdf else said(context, reply)
    return CheckResult(False, "a PDF", broken)


@check.register
def _pdf_names(expectation: e.PdfNamesShipment, context: CheckContext) -> CheckResult:
    text = text_of(context)
    if text is None or not answer_of(context).is_pdf:
        return no_pdf(context)
    wanted = context.ids(expectation)
    missing = [order_id for order_id in wanted if order_id not in text]
    memory = context.flow.memory
    related = _sales_of(context, wanted)
    foreign = [i for i in memory.everything() if i not in wanted and i not in related and i in text]
    if missing:
        return CheckResult(
            False, wanted, f"a PDF without {', '.join(missing)}", group_key="a PDF that does not name it"
        )
    if foreign:
        return CheckResult(
            False, wanted, f"a PDF that names {', '.join(foreign)}", group_key="a PDF that names another"
        )
    return CheckResult(True, wanted, "a PDF that names them")


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
