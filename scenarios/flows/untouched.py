"""Reasons for documented requirements and lifecycle rows that no flow covers."""

from __future__ import annotations

from collections.abc import Mapping

STATEMENTS: Mapping[str, str] = {
    "PAS-DOC-05": "no parameter chooses the paper, so a flow cannot ask for either",
}
"""Id of the requirement -> reason why no flow proves the requirement."""

ROWS: Mapping[str, str] = {
    "accept_return from return_bag_delivered": "in the shop nothing travels back: a return passes that state "
    "only where the profile says so, and then the same flows go through it",
}
"""Name of the row (`hand_over from bag_invoiced`) -> reason why no flow contains the row."""
