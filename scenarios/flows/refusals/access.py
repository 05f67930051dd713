"""Access: tokens, credentials, other companies and other stores."""

from __future__ import annotations

from scenarios.flows.refusals.openings import (
    PLACED_ELSEWHERE,
    PLACED_HERE,
    confirmed,
    invoiced,
    turned_down,
)
from scenarios.language.words import *

ASSUMED = Evidence.ASSUMED
TURNED_AWAY: tuple[Expectation, ...] = (not_served(), unauthorized(grade=ASSUMED), unchanged(of="order"))


def without_right(says: str, by: Caller, proof: str) -> tuple[Step, ...]:
    """Read, list and write with a token that has no access."""
    calls = (
        ("reads the order", read_order(by=by)),
        ("looks at it in shipment info", read_info(by=by)),
        ("lists new orders", list_orders(CREATED, by=by)),
        ("confirms the order", confirm(by=by)),
        ("cancels it", cancel(by=by)),
        ("asks for its invoice", fetch_invoice(by=by)),
    )
    return tuple(
        aggregator(f"{action_words} {says}", action, *TURNED_AWAY, is_now(CREATED, of="order")).proving(
            "API-AUTH-04", proof
        )
        for action_words, action in calls
    )


TOKENS: tuple[Flow, ...] = (
    flow(
        "PAS-X-23",
        "Without a token no call is served",
        PLACED_HERE,
        without_right("without a token", Caller.NOBODY, "API-AUTH-05"),
    ),
    flow(
        "PAS-X-24",
        "A token that was never issued is refused",
        PLACED_HERE,
        without_right("with a made-up token", Caller.MADE_UP, "API-AUTH-05"),
    ),
    flow(
        "PAS-X-25",
        "A token is valid for one hour, and no longer",
        PLACED_HERE,
        aggregator(
            "reads the order with a token near its end",
            read_all_pages(CREATED, page_size=100, by=Caller.AGED),
            only_listed("order"),
        ),
        aggregator(
            "confirms the order with an expired token",
            confirm(by=Caller.EXPIRED),
            not_served(grade=Evidence.LEGACY),
            unauthorized(grade=ASSUMED),
            unchanged(),
            is_now(CREATED),
        ).proving("API-AUTH-09", "API-AUTH-10", "API-AUTH-15"),
        aggregator(
            "lists new orders with it",
            list_orders(CREATED, by=Caller.EXPIRED),
            not_served(grade=Evidence.LEGACY),
            unauthorized(grade=ASSUMED),
        ).proving("API-AUTH-10", "API-AUTH-15"),
        aggregator("asks for a new token", get_token(), gives_token()).proving("API-AUTH-09"),
        aggregator("confirms the order with it", confirm(), accepted(), reaches(CONFIRMED)).proving(
            "API-AUTH-09"
        ),
        abilities=(CLOCK,),
    ),
    flow(
        "PAS-X-26",
        "Wrong or incomplete credentials give no token",
        aggregator("asks for a token", get_token(), gives_token()).proving("API-AUTH-01", "API-AUTH-02"),
        aggregator(
            "asks with a wrong password",
            get_token(password="wrong-on-purpose"),  # noqa: S106 - an unknown password
            not_served(),
            unauthorized("bad_credentials_status", grade=ASSUMED),
        ).proving("API-AUTH-01", "API-AUTH-12"),
        aggregator(
            "asks without a password", get_token(without="password"), call_refused(), not_served()
        ).proving("API-AUTH-01", "API-AUTH-13"),
        aggregator(
            "asks without a username", get_token(without="username"), call_refused(), not_served()
        ).proving("API-AUTH-01", "API-AUTH-13"),
    ),
    flow(
        "PAS-X-27",
        "A new token does not end the ones before it",
        PLACED_HERE,
        aggregator("asks for a token", get_token(by=Caller.KEPT), gives_token()).proving("API-AUTH-02"),
        aggregator("asks for another token", get_token(), gives_token()).proving("API-AUTH-02"),
        aggregator(
            "confirms the order with the token from before",
            confirm(by=Caller.KEPT),
            accepted(grade=ASSUMED),
            reaches(CONFIRMED),
        ).proving("API-AUTH-04", "API-AUTH-11"),
    ),
)

STORES: tuple[Flow, ...] = (
    flow(
        "PAS-X-28",
        "With a company's token a list needs the store's code",
        PLACED_HERE,
        aggregator(
            "lists new orders without locationCode",
            list_orders(CREATED, with_location=False),
            not_served(),
            call_refused(),
        ).proving("API-AUTH-07"),
        aggregator(
            "lists them with it", read_all_pages(CREATED, page_size=100), only_listed("order")
        ).proving("API-AUTH-07", "API-LST-08"),
        aggregator(
            "reads the order by its id without it", read_order(), shows(order_type="PickAtStore")
        ).proving("API-LST-23"),
    ),
    flow(
        "PAS-X-29",
        "A store's token has no access to another store",
        PLACED_HERE,
        PLACED_ELSEWHERE,
        aggregator(
            "reads the other store's order",
            read_order("elsewhere", by=Caller.LOCATION),
            not_shown(),
            is_unknown(),
        ).proving("API-AUTH-08"),
        aggregator(
            "looks at it in shipment info",
            read_info("elsewhere", by=Caller.LOCATION),
            not_shown(),
        ).proving("API-AUTH-08"),
        aggregator(
            "lists new orders of its store",
            read_all_pages(CREATED, page_size=100, with_location=False, by=Caller.LOCATION),
            only_listed("order"),
        ).proving("API-AUTH-06", "API-AUTH-08"),
        aggregator(
            "lists those of the other store",
            read_all_pages(CREATED, page_size=100, by=Caller.LOCATION, locationCode="{second_location}"),
            not_shown(of="elsewhere"),
            call_refused(),
        ).proving("API-AUTH-08"),
        aggregator(
            "looks at all new orders in shipment info",
            read_info((), status=CREATED, by=Caller.LOCATION),
            not_shown(of="elsewhere"),
        ).proving("API-AUTH-08"),
        turned_down(
            "cancels the other store's order", cancel("elsewhere", by=Caller.LOCATION), refused("CN422")
        ).proving("API-AUTH-08"),
        aggregator("reads its own order", read_order(by=Caller.LOCATION), shows(orderStatus=CREATED)).proving(
            "API-AUTH-06"
        ),
        abilities=(SECOND_LOCATION,),
    ),
)

COMPANIES: tuple[Flow, ...] = (
    flow(
        "PAS-X-30",
        "Another company's order is as unknown as one that does not exist",
        PLACED_HERE,
        aggregator(
            "reads it with the other company's token",
            read_order(by=Caller.OTHER_COMPANY),
            not_shown(),
            is_unknown(),
        ).proving("API-AUTH-14"),
        aggregator("looks at it in shipment info", read_info(by=Caller.OTHER_COMPANY), not_shown()).proving(
            "API-AUTH-14"
        ),
        aggregator(
            "lists new orders",
            read_all_pages(CREATED, page_size=100, by=Caller.OTHER_COMPANY),
            not_shown(of="order"),
        ).proving("API-AUTH-14"),
        turned_down("confirms it", confirm(by=Caller.OTHER_COMPANY), refused("O422", grade=ASSUMED)).proving(
            "API-AUTH-14"
        ),
        turned_down("cancels it", cancel(by=Caller.OTHER_COMPANY), refused("CN422")).proving("API-AUTH-14"),
        confirmed("order"),
        turned_down(
            "pushes its invoice", push_invoice(by=Caller.OTHER_COMPANY), refused("IN400", grade=ASSUMED)
        ).proving("API-AUTH-14"),
        invoiced("order"),
        turned_down(
            "asks for its invoice",
            fetch_invoice(by=Caller.OTHER_COMPANY),
            not_shown(),
            refused("IN400", grade=ASSUMED),
        ).proving("API-AUTH-14"),
        turned_down(
            "asks for its label",
            fetch_labels(by=Caller.OTHER_COMPANY),
            not_shown(),
            refused("L400", grade=ASSUMED),
            is_now(PROCESSING),
        ).proving("API-AUTH-14"),
        needs={INVOICE: AGGREGATOR},
        abilities=(SECOND_COMPANY,),
    ),
)

FLOWS: tuple[Flow, ...] = TOKENS + STORES + COMPANIES
