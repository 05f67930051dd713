"""Evidence of a statement about the API: its page and its grade.

Every row of this package carries a `Source`. The grade decides how a deviation of a real OMS is reported: a
deviation from a documented statement is a failure, one from a weaker statement may be a warning (see
`--grade evidence` of the scenario runner).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """Grades of evidence, strongest first."""

    DOCUMENTED = "documented"
    """Published in Fynd's Konnect documentation."""
    PLATFORM = "platform"
    """Published in other Fynd material about the same OMS."""
    LEGACY = "legacy"
    """From third-party summaries, or code written for the previous API generation."""
    ASSUMED = "assumed"
    """Not published: a choice of this project, adjustable through the behaviour profile."""

    @property
    def rank(self) -> int:
        """0 for the strongest grade, 3 for the weakest."""
        return list(Evidence).index(self)


API_PAGES = "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/"
"""Folder of the pages about single touchpoints."""

PAGES = {
    "authorization": API_PAGES + "authorization/generate-access-token",
    "get-orders": API_PAGES + "orders/get-orders",
    "get-order-by-id": API_PAGES + "orders/get-order-by-id",
    "shipment-info": "https://documentation.fynd.com/konnect/channels/erp-wms/api-documentation/orders/get-shipment-info",
    "confirm": API_PAGES + "orders/post-order-confirmation",
    "cancel": API_PAGES + "orders/post-order-cancellation",
    "update-invoice": API_PAGES + "orders/post-update-invoice",
    "customer-invoice": API_PAGES + "orders/post-customer-invoice",
    "shipping-label": API_PAGES + "orders/post-shipping-label",
    "get-returns": API_PAGES + "returns/get-returns",
    "return-qc": API_PAGES + "returns/post-update-return-qc",
    "credit-note": API_PAGES + "returns/post-credit-note",
    "order-pack": API_PAGES + "orders/post-order-pack",
    "update-awb": API_PAGES + "orders/put-update-awb",
    "pick-at-store": "https://docs.konnect.fynd.com/channels/erp-wms/whats-new/pick-at-store",
    "order-events": "https://documentation.fynd.com/konnect/channels/erp-wms/webhooks/order-events",
    "cron-timings": "https://docs.konnect.fynd.com/channels/erp-wms/best-practices/cron-timings",
    "api-reference": "https://documentation.fynd.com/konnect/apis/konnect.md",
    "fdk-order": "https://github.com/gofynd/fdk-client-javascript/blob/master/documentation/platform/ORDER.md",
    "oms-states": "https://partners.fynd.com/help/docs/partners/getting-started/oms-states",
    "order-processing": "https://platform.fynd.com/help/docs/oms/order-processing",
    "order-basics": "https://documentation.fynd.com/commerce/docs/oms/order-basics",
    "pos-returns": "https://documentation.fynd.com/commerce/docs/store-os/pos/returns-and-refunds",
    "summaries": "",
    "integrations": "",
    "unpublished": "",
}
"""Short names of pages that several files cite -> addresses. Three have none: `summaries` (third-party
summaries of pages that could not be opened), `integrations` (code written for the previous generation of the
API) and `unpublished`."""

_PATH = re.compile(r"[a-z]+(/[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Source:
    """The page of a statement, its grade, and a remark.

    `page` is a key of `PAGES`, or the path of a page below `API_PAGES`: `returns/post-credit-note`.
    """

    page: str
    evidence: Evidence
    note: str = ""

    def __post_init__(self) -> None:
        if self.page not in PAGES and not _PATH.fullmatch(self.page):
            raise ValueError(
                f"page {self.page!r}: expected a path like returns/post-credit-note, or one of {', '.join(PAGES)}"
            )

    @property
    def url(self) -> str:
        """Address of the page; empty when nothing is published."""
        return PAGES.get(self.page, API_PAGES + self.page)


def documented(page: str, note: str = "") -> Source:
    """Cites the Konnect documentation."""
    return Source(page, Evidence.DOCUMENTED, note)


def platform(page: str, note: str = "") -> Source:
    """Cites other Fynd material."""
    return Source(page, Evidence.PLATFORM, note)


def legacy(page: str, note: str = "") -> Source:
    """Cites a third-party summary or older integrations."""
    return Source(page, Evidence.LEGACY, note)


def assumed(note: str, page: str = "unpublished") -> Source:
    """Marks a choice of this project, with its reason."""
    return Source(page, Evidence.ASSUMED, note)
