"""Each action and expectation, met and missed, in short flows."""

from __future__ import annotations

import pytest

from contracts.evidence import Evidence
from mock_oms.web.konnect import documents
from scenarios.choices import Grade
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.language.actions import Caller, Place
from scenarios.language.flow import (
    CLOCK,
    CREDIT_NOTE,
    INVOICE,
    SECOND_COMPANY,
    SECOND_LOCATION,
    AnyStep,
    aggregator,
    customer,
    flow,
    oms,
    store,
    together,
)
from scenarios.language.statuses import (
    CANCELLED,
    CONFIRMED,
    CREATED,
    DELIVERED,
    FYND,
    PROCESSING,
    RETURN_ACCEPTED,
    RETURN_PROCESSING,
    RETURN_REJECTED,
)
from scenarios.records import Exchange, Verdict
from scenarios.runner import run
from scenarios.targets.opening import open_target
from tests.support.flow_runs import Played, play

Steps = tuple[AnyStep, ...]

PLACED: Steps = (customer("buys a shirt", a.place_order(), e.reaches(CREATED)),)
CONFIRMED_ORDER: Steps = (aggregator("confirms", a.confirm(), e.accepted(), e.reaches(CONFIRMED)),)
INVOICED: Steps = (aggregator("invoices", a.push_invoice(), e.accepted(), e.reaches(PROCESSING)),)
HANDED_OVER: Steps = (store("hands over", a.hand_over(), e.reaches(DELIVERED)),)
SOLD: Steps = (*PLACED, *CONFIRMED_ORDER, *INVOICED, *HANDED_OVER)
RETURN_STARTED: Steps = (store("takes it back", a.start_return(), e.reaches(RETURN_PROCESSING)),)

MET: dict[str, tuple[AnyStep | Steps, ...]] = {
    "refusals with codes": (
        PLACED,
        aggregator("invoices too early", a.push_invoice(), e.refused("IN403"), e.is_now(CREATED)),
        aggregator("prints too early", a.fetch_invoice(), e.refused("IN403")),
        aggregator("prints a label too early", a.fetch_labels(), e.refused("L403")),
        CONFIRMED_ORDER,
        aggregator("confirms twice", a.confirm(), e.refused("CF409")),
        INVOICED,
        aggregator("invoices twice", a.push_invoice(), e.refused("IN453")),
        aggregator("names a stranger", a.push_invoice(a.UNKNOWN), e.refused("IN400")),
        aggregator("confirms a stranger", a.confirm("unknown"), e.refused("O422")),
    ),
    "mixed batch": (
        PLACED,
        aggregator(
            "confirms one that exists and one that does not",
            a.confirm(("order", "unknown")),
            e.counts(2, succeeded=1, failed=1),
            e.accepted(of="order"),
            e.refused("O422", of="unknown"),
            e.reaches(CONFIRMED, of="order"),
        ),
    ),
    "an item of nobody": (
        PLACED,
        aggregator("confirms a foreign item", a.confirm(pieces={9: 1}), e.refused("O422")),
    ),
    "a number used twice": (
        customer("buys two orders", a.place_order(count=2, named="pair"), e.reaches(CREATED)),
        customer("buys a third", a.place_order(named="third"), e.reaches(CREATED)),
        aggregator("confirms all", a.confirm(("pair", "third")), e.accepted()),
        aggregator("invoices the third", a.push_invoice("third"), e.accepted(), e.has_number()),
        aggregator(
            "takes its number again",
            a.push_invoice("pair", same_number_as="third"),
            e.refused("IN422"),
            e.counts(2, succeeded=0, failed=2),
        ),
    ),
    "twenty-one orders": (
        customer("buys 21 times", a.place_order(count=21), e.reaches(CREATED)),
        aggregator("confirms all at once", a.confirm(), e.call_refused(), e.is_now(CREATED)),
    ),
    "bodies of one's own": (
        PLACED,
        aggregator(
            "sends an object", a.send_body("confirm", {"orderId": "{id}"}, on="order"), e.call_refused()
        ),
        aggregator("sends nothing", a.send_body("confirm", []), e.call_refused()),
        oms("has changed nothing", a.wait_only(), e.is_now(CREATED)),
    ),
    "tokens": (
        PLACED,
        aggregator("asks for a token", a.get_token(), e.gives_token()),
        aggregator("asks for the store's", a.get_token(Caller.LOCATION), e.gives_token()),
        aggregator(
            "gives a wrong password",
            a.get_token(password="wrong"),
            e.unauthorized("bad_credentials_status"),
        ),
        aggregator("gives no password", a.get_token(without="password"), e.call_refused()),
        aggregator("reads without a token", a.read_order(by=Caller.NOBODY), e.unauthorized()),
        aggregator("reads with a made-up one", a.read_order(by=Caller.MADE_UP), e.unauthorized()),
        aggregator("reads as another company", a.read_order(by=Caller.OTHER_COMPANY), e.is_unknown()),
        aggregator("reads as another store", a.read_order(by=Caller.OTHER_LOCATION), e.is_unknown()),
        aggregator("confirms as another store", a.confirm(by=Caller.OTHER_LOCATION), e.refused("O422")),
        aggregator("reads as the store", a.read_order(by=Caller.LOCATION), e.info_agrees()),
        aggregator("reads when the token is old", a.read_order(by=Caller.EXPIRED), e.unauthorized()),
        aggregator("reads once more", a.read_order(), e.is_now(CREATED)),
    ),
    "unknown order": (aggregator("reads a stranger", a.read_order("unknown"), e.is_unknown()),),
    "cancelling": (
        customer(
            "buys three of one and two of another", a.place_order(basket=(3, 2)), e.has_pieces({0: 3, 1: 2})
        ),
        customer("puts one back", a.cancel_by_customer(pieces={0: 1}), e.has_pieces({0: 2, 1: 2})),
        aggregator(
            "cancels an item",
            a.cancel(pieces={1: 2}),
            e.accepted(),
            e.has_pieces({0: 2, 1: 0}),
            e.is_now(CREATED),
        ),
        aggregator("confirms the rest", a.confirm(), e.accepted(), e.reaches(CONFIRMED)),
        aggregator(
            "cancels it all", a.cancel(), e.accepted(), e.reaches(CANCELLED), e.listed_under(CANCELLED)
        ),
        aggregator("confirms it again", a.confirm(), e.refused("O400")),
    ),
    "lists": (
        customer("buys seven times", a.place_order(count=7), e.reaches(CREATED)),
        customer(
            "buys in another store", a.place_order(at=Place.SECOND, named="other"), e.listed_under(CREATED)
        ),
        customer(
            "buys on the site", a.place_order(channel="ECOMM", named="site"), e.shows(orderingChannel="ECOMM")
        ),
        aggregator(
            "reads page by page while somebody buys",
            a.read_all_pages(CREATED, page_size=3, meanwhile=a.place_order(named="late")),
            e.each_listed_once("order", "late"),
        ),
        aggregator(
            "reads by channel",
            a.list_orders(CREATED, orderingChannel="ECOMM"),
            e.only_listed("site"),
            e.all_in_status(CREATED),
        ),
        aggregator(
            "reads by day",
            a.list_orders(CREATED, orderDateFrom="{today}", orderDateTo="{today}", dates_as="%Y-%m-%d"),
            e.only_listed("order", "site", "late"),
            e.in_order(),
        ),
        aggregator("reads the past", a.list_orders(CREATED, orderDateTo="{yesterday}"), e.only_listed()),
        aggregator(
            "reads the other store",
            a.list_orders(CREATED, with_location=False, locationCode="{second_location}"),
            e.only_listed("other"),
        ),
        aggregator("names no store", a.list_orders(CREATED, with_location=False), e.call_refused()),
        aggregator(
            "reads the light view",
            a.read_info(status=CREATED),
            e.only_listed("order", "other", "site", "late"),
        ),
        aggregator("asks for nothing", a.read_info(bare=True), e.call_refused()),
    ),
    "at the same moment": (
        PLACED,
        together(
            aggregator("confirms", a.confirm()),
            aggregator("confirms, too", a.confirm()),
            expects=(e.one_taken(), e.reaches(CONFIRMED)),
        ),
    ),
    "the impossible": (
        PLACED,
        store("hands over what nobody paid for", a.hand_over(), e.impossible(), e.is_now(CREATED)),
        CONFIRMED_ORDER,
        customer("changes their mind too late", a.cancel_by_customer(), e.impossible()),
    ),
    "partial returns": (
        customer("buys three", a.place_order(quantity=3), e.reaches(CREATED)),
        *SOLD[1:],
        store(
            "takes one back",
            a.start_return(pieces={0: 1}, named="first"),
            e.has_pieces({0: 1}),
            e.linked(to="order"),
            e.listed_under(RETURN_PROCESSING),
        ),
        store(
            "takes three back",
            a.start_return(pieces={0: 3}, named="more"),
            e.impossible(),
            e.is_now(DELIVERED, of="order"),
        ),
        aggregator("credits too early", a.push_credit_note("first"), e.refused("IN403")),
        aggregator(
            "accepts a damaged one",
            a.accept_return("first", found={0: "tag_missing"}),
            e.accepted(),
            e.reaches(RETURN_ACCEPTED),
        ),
        store("takes the rest back", a.start_return(pieces={0: 2}, named="second"), e.has_pieces({0: 2})),
        store("rejects it", a.reject_return("second"), e.reaches(RETURN_REJECTED)),
    ),
    "e-invoice and serials": (
        customer("buys two phones", a.place_order(quantity=2), e.reaches(CREATED)),
        CONFIRMED_ORDER,
        aggregator(
            "pushes the invoice",
            a.push_invoice(fields={"irnNumber": "a" * 64}, serials=True),
            e.accepted(),
            e.reaches(PROCESSING),
            e.shows({"orderItems.0.imeiSerialNumber.0": str}),
            e.has_number(),
        ),
        aggregator("prints it", a.fetch_invoice(), e.pdf_names_shipment(), e.pdf_shows("a" * 20)),
    ),
    "wishes": (
        PLACED,
        oms("has it", a.wait_only(), e.should(e.listed_under(CREATED)), e.not_listed_under(CONFIRMED)),
    ),
}

MISSED: dict[str, tuple[AnyStep | Steps, ...]] = {
    "a wrong code": (PLACED, aggregator("invoices too early", a.push_invoice(), e.refused("IN453"))),
    "not refused": (PLACED, aggregator("confirms", a.confirm(), e.refused("O400"))),
    "another word": (PLACED, oms("has it", a.wait_only(), e.is_now(CONFIRMED))),
    "never there": (PLACED, oms("has it", a.wait_only(), e.reaches(DELIVERED))),
    "off the path": (
        PLACED,
        aggregator("cancels", a.cancel(), e.accepted()),
        oms("has it", a.wait_only(), e.reaches(CONFIRMED)),
    ),
    "not listed": (PLACED, oms("has it", a.wait_only(), e.listed_under(CONFIRMED))),
    "listed": (PLACED, oms("has it", a.wait_only(), e.not_listed_under(CREATED))),
    "another field": (PLACED, oms("has it", a.wait_only(), e.shows(order_type="HomeDelivery"))),
    "other pieces": (PLACED, oms("has it", a.wait_only(), e.has_pieces({0: 2}))),
    "other counts": (PLACED, aggregator("confirms", a.confirm(), e.counts(2, succeeded=2, failed=0))),
    "no number": (PLACED, oms("has it", a.wait_only(), e.has_number())),
    "no PDF": (PLACED, aggregator("prints", a.fetch_invoice(), e.pdf_names_shipment())),
    "possible": (PLACED, customer("cancels", a.cancel_by_customer(), e.impossible())),
    "authorised": (PLACED, aggregator("reads", a.read_order(), e.unauthorized())),
    "a call taken": (PLACED, aggregator("confirms", a.confirm(), e.call_refused())),
    "known": (PLACED, aggregator("reads", a.read_order(), e.is_unknown())),
    "changed": (PLACED, aggregator("confirms", a.confirm(), e.accepted(), e.unchanged())),
    "the shop cannot": (PLACED, store("hands over", a.hand_over(), e.reaches(DELIVERED))),
    "both taken": (
        PLACED,
        together(
            aggregator("confirms", a.confirm()),
            aggregator("reads", a.read_order()),
            aggregator("cancels", a.cancel("unknown")),
            expects=(e.one_taken(), e.is_now(CREATED)),
        ),
    ),
    "a return unlinked": (SOLD, RETURN_STARTED, oms("has it", a.wait_only("return"), e.linked())),
}


def told(steps: tuple[AnyStep | Steps, ...]) -> Played:
    every = (CLOCK, SECOND_COMPANY, SECOND_LOCATION)
    return play([flow("PAS-X-99", "told only in a test", *steps, abilities=every)])


@pytest.mark.parametrize("name", MET)
def test_the_words_hold_on_the_mock(name: str) -> None:
    played = told(MET[name])
    assert [(m.sentence, m.expected, m.seen) for m in played.missed()] == []
    assert played.verdicts == {"PAS-X-99": Verdict.PASS}, played.view.flows["PAS-X-99"].message


@pytest.mark.parametrize("name", MISSED)
def test_what_does_not_hold_fails_the_flow_and_says_what_was_seen(name: str) -> None:
    played = told(MISSED[name])
    assert played.verdicts == {"PAS-X-99": Verdict.FAIL}, played.view.flows["PAS-X-99"].message
    assert played.view.flows["PAS-X-99"].message
    assert len(played.view.causes) == 1


def test_a_wish_that_is_missed_is_a_warning() -> None:
    played = told((PLACED, oms("has it", a.wait_only(), e.should(e.is_now(CONFIRMED)))))
    assert played.verdicts == {"PAS-X-99": Verdict.WARN}
    assert played.exit_status == 0


@pytest.mark.parametrize(
    ("expectation", "grade", "waits_s"),
    [
        (e.listed_under(CONFIRMED), Grade.EVIDENCE, 120),
        (e.listed_under(CONFIRMED), Grade.STRICT, 120),
        (e.listed_under(CONFIRMED, grade=Evidence.ASSUMED), Grade.STRICT, 120),
        (e.listed_under(CONFIRMED, grade=Evidence.ASSUMED), Grade.EVIDENCE, 24),
        (e.listed_under(CONFIRMED, grade=Evidence.LEGACY), Grade.EVIDENCE, 24),
        (e.reaches(CONFIRMED, grade=Evidence.ASSUMED), Grade.EVIDENCE, 24),
        (e.should(e.reaches(CONFIRMED)), Grade.STRICT, 24),
    ],
    ids=str,
)
def test_a_wait_for_a_mere_warning_takes_a_fifth_of_the_patience(
    expectation: e.Expectation, grade: Grade, waits_s: float
) -> None:
    steps = (PLACED, oms("has it", a.wait_only(), expectation))
    played = play([flow("PAS-X-99", "x", *steps, abilities=(CLOCK,))], grade=grade)
    sent = [x.request.body for x in played.records if isinstance(x, Exchange) and x.url.endswith("/clock")]
    passed = [float(str(body["advance_s"])) for body in sent if isinstance(body, dict)]
    assert sum(passed) == pytest.approx(waits_s)


READY_AND_EARLY: Steps = (
    customer("buys one", a.place_order(named="ready"), e.reaches(CREATED)),
    customer("buys one more", a.place_order(named="early"), e.reaches(CREATED)),
    aggregator("confirms one", a.confirm("ready"), e.accepted()),
    aggregator("invoices it", a.push_invoice("ready"), e.accepted()),
)


@pytest.mark.parametrize("known", [True, False], ids=["known profile", "unknown profile"])
@pytest.mark.parametrize("choice", ["pdf", "counts"])
def test_a_partly_refused_document_call_is_read_in_both_forms(
    choice: str, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not known:
        monkeypatch.setattr(run, "read_profile", lambda *_: None)
    target = open_target(
        "mock", options={"profile": {"partly_printed": choice, "partly_refused_status": 207}}
    )
    step = aggregator(
        "prints both", a.fetch_invoice(("ready", "early")), e.partly_printed("early", "IN403", of="ready")
    )
    played = play([flow("PAS-X-99", "x", *READY_AND_EARLY, step)], target)
    assert [(m.sentence, m.expected, m.seen) for m in played.missed()] == []


def test_a_pdf_that_does_not_count_the_refused_orders_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "REFUSED_HEADER", "x-something-else")
    step = aggregator(
        "prints both", a.fetch_labels(("ready", "early")), e.partly_printed("early", of="ready")
    )
    played = play([flow("PAS-X-99", "x", *READY_AND_EARLY, step)])
    assert [check.seen for check in played.missed()] == [{"x-mock-oms-refused": None}]


def test_in_automatic_mode_a_pushed_document_is_refused() -> None:
    steps = (PLACED, CONFIRMED_ORDER, aggregator("pushes", a.push_invoice(), e.refused("IN453")))
    played = play([flow("PAS-X-98", "x", *steps, needs={INVOICE: FYND, CREDIT_NOTE: FYND})])
    assert played.verdicts == {"PAS-X-98": Verdict.PASS}
