"""How sure we are of a statement about the API, and where it was read.

Every row of this package carries a `Source`: the page and one of four grades. The grade decides how
loudly a deviation of a real OMS is reported: a miss of a documented statement is a failure, a miss of a
weaker one may be a warning (see `--grade evidence` of the scenario runner).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """Grades of evidence, strongest first."""

    DOCUMENTED = "documented"
    """Read in Fynd's published Konnect documentation."""
    PLATFORM = "platform"
    """Read in other Fynd material about the same OMS."""
    LEGACY = "legacy"
    """Read in third-party summaries, or in code written for the previous API generation."""
    ASSUMED = "assumed"
    """Not published anywhere: our choice, adjustable through the behaviour profile."""

    @property
    def rank(self) -> int:
        """0 for the strongest grade, 3 for the weakest."""
        return list(Evidence).index(self)


PAGES = {
    "authorization": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/authorization/generate-access-token",
    "get-orders": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/get-orders",
    "get-order-by-id": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/get-order-by-id",
    "shipment-info": "https://documentation.fynd.com/konnect/channels/erp-wms/api-documentation/orders/get-shipment-info",
    "confirm": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/post-order-confirmation",
    "cancel": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/post-order-cancellation",
    "update-invoice": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/post-update-invoice",
    "customer-invoice": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/post-customer-invoice",
    "shipping-label": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/post-shipping-label",
    "get-returns": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/returns/get-returns",
    "return-qc": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/returns/post-update-return-qc",
    "credit-note": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/returns/post-credit-note",
    "order-pack": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/post-order-pack",
    "update-awb": "https://docs.konnect.fynd.com/channels/erp-wms/api-documentation/orders/put-update-awb",
    "pick-at-store": "https://docs.konnect.fynd.com/channels/erp-wms/whats-new/pick-at-store",
    "order-events": "https://documentation.fynd.com/konnect/channels/erp-wms/webhooks/order-events",
    "api-reference": "https://documentation.fynd.com/konnect/apis/konnect.md",
    "fdk-order": "https://github.com/gofynd/fdk-client-javascript/blob/master/documentation/platform/ORDER.md",
    "oms-states": "https://partners.fynd.com/help/docs/partners/getting-started/oms-states",
    "order-basics": "https://documentation.fynd.com/commerce/docs/oms/order-basics",
    "pos-returns": "https://documentation.fynd.com/commerce/docs/store-os/pos/returns-and-refunds",
    "summaries": "",
    "integrations": "",
    "unpublished": "",
}
"""Short name of a page -> its address. Three have none: `summaries` (third-party retellings of pages that
we could not open), `integrations` (code written for the previous generation of the API) and
`unpublished`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: the page's short name (a key of `PAGES`), its grade, and a remark."""

    page: str
    evidence: Evidence
    note: str = ""

    def __post_init__(self) -> None:
        if self.page not in PAGES:
            raise ValueError(f"page {self.page!r} is not one of {', '.join(PAGES)}")

    @property
    def url(self) -> str:
        """Address of the page; empty when nothing is published."""
        return PAGES[self.page]


def documented(page: str, note: str = "") -> Source:
    """A statement read in the Konnect documentation."""
    return Source(page, Evidence.DOCUMENTED, note)


def platform(page: str, note: str = "") -> Source:
    """A statement read in other Fynd material."""
    return Source(page, Evidence.PLATFORM, note)


def legacy(page: str, note: str = "") -> Source:
    """A statement read in a third-party summary or older integrations."""
    return Source(page, Evidence.LEGACY, note)


def assumed(note: str, page: str = "unpublished") -> Source:
    """Our own choice, with the reason for it."""
    return Source(page, Evidence.ASSUMED, note)
