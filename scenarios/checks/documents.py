"""Checks of PDFs, by their text."""

from __future__ import annotations

import re

from scenarios.checks.answers import answer_of, said
from scenarios.checks.base import CheckContext, CheckResult, check
from scenarios.language import expectations as e
from scenarios.language.actions import StartReturn
from scenarios.language.flow import single_steps
from scenarios.targets.http import pdf_text


def text_of(scene: CheckContext) -> str | None:
    """The text of the step's PDF without blanks, which line breaks put anywhere; None when it is no PDF."""
    text = pdf_text(answer_of(scene).content)
    return None if text is None else re.sub(r"\s+", "", text)


def no_pdf(scene: CheckContext) -> CheckResult:
    """The finding when the answer is no readable PDF."""
    reply = answer_of(scene)
    broken = "a PDF that cannot be read" if reply.is_pdf else said(scene, reply)
    return CheckResult(False, "a PDF", broken)


@check.register
def _pdf_names(expectation: e.PdfNamesShipment, scene: CheckContext) -> CheckResult:
    text = text_of(scene)
    if text is None or not answer_of(scene).is_pdf:
        return no_pdf(scene)
    wanted = scene.ids(expectation)
    missing = [order_id for order_id in wanted if order_id not in text]
    story = scene.stage.story
    related = _sales_of(scene, wanted)
    foreign = [i for i in story.everything() if i not in wanted and i not in related and i in text]
    if missing:
        return CheckResult(
            False, wanted, f"a PDF without {', '.join(missing)}", cause="a PDF that does not name it"
        )
    if foreign:
        return CheckResult(
            False, wanted, f"a PDF that names {', '.join(foreign)}", cause="a PDF that names another"
        )
    return CheckResult(True, wanted, "a PDF that names them")


def _sales_of(scene: CheckContext, returns: list[str]) -> set[str]:
    """The sales of these returns, as the flow tells it: a credit note may name its sale."""
    story, case = scene.stage.story, scene.stage.case
    opened = [s.action for s in single_steps(case.flow) if isinstance(s.action, StartReturn)]
    ours = [each for each in opened if set(story.ids.get(each.named, ())) & set(returns)]
    return {order_id for each in ours for order_id in story.of(each.names)}


@check.register
def _pdf_number(expectation: e.PdfShowsNumber, scene: CheckContext) -> CheckResult:
    text = text_of(scene)
    if text is None:
        return no_pdf(scene)
    for order_id in scene.ids(expectation):
        number = scene.stage.reading.number(scene.stage.look(order_id) or {})
        if not number or number.replace(" ", "") not in text:
            return CheckResult(False, number or "a number", "a PDF without it", cause="a PDF without it")
    return CheckResult(True, "the number", "the number")


@check.register
def _pdf_shows(expectation: e.PdfShows, scene: CheckContext) -> CheckResult:
    text = text_of(scene)
    if text is None:
        return no_pdf(scene)
    missing = [wanted for wanted in expectation.texts if re.sub(r"\s+", "", wanted) not in text]
    seen = f"a PDF without {', '.join(missing)}" if missing else "a PDF with them"
    return CheckResult(not missing, list(expectation.texts), seen)
