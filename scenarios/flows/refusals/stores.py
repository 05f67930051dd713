"""Refusals of calls for orders of another store."""

from __future__ import annotations

from scenarios.flows.passages import RETURN_STARTED, SOLD
from scenarios.flows.refusals.openings import turned_down
from scenarios.language.words import *

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-X-56",
        "A store cannot accept the return of another store",
        SOLD,
        RETURN_STARTED,
        turned_down(
            "accepts it with the other store's token",
            accept_return(by=Caller.OTHER_LOCATION),
            refused("R422"),
            is_now(RETURN_PROCESSING),
        ).proving("API-AUTH-08"),
        abilities=(SECOND_LOCATION,),
    ),
)
