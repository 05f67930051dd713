"""A company for one test: a tenant of the mock."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from mock_oms.testing.calls import Calls, line
from mock_oms.testing.http import Control
from mock_oms.testing.order import Order
from mock_oms.testing.server import Server

LINES = 60
"""Journal entries that a failed test shows."""


class Login(NamedTuple):
    """Credentials of a company or a store."""

    username: str
    password: str


class Clock:
    """The time of a company."""

    def __init__(self, company: MockOms) -> None:
        self._company = company

    @property
    def now(self) -> str:
        """The time, in ISO 8601."""
        return str(self._company.control("GET", "/clock")["now"])

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> str:
        """Move the time forward; returns the new time."""
        total = seconds + 60 * minutes + 3600 * hours + 86400 * days
        return str(self._company.control("POST", "/clock", {"advance_s": total})["now"])


class MockOms:
    """A company on a mock, with orders, time, journal and credentials.

    `settings` are those of a new tenant: `invoice_mode`, `credit_note_mode`, `locations`, `seed`, `clock`,
    `pace`, `profile`. Without `url` a server is started, and stopped with the company. `control_key` is that
    of a server that needs one. Use it in a `with` statement, or call `close`.
    """

    def __init__(self, url: str | None = None, *, control_key: str | None = None, **settings: Any) -> None:
        self._server = Server() if url is None else None
        self._control = Control(url or (self._server.url if self._server else ""), control_key)
        try:
            made = self._control.call("POST", "/tenants", settings)
        except BaseException:
            if self._server:
                self._server.stop()
            raise
        self.url = self._control.url
        self.name = str(made["tenant"])
        self.company = Login(made["company"]["username"], made["company"]["password"])
        self.stores = {row["code"]: Login(row["username"], row["password"]) for row in made["locations"]}
        self.clock = Clock(self)

    def __repr__(self) -> str:
        return f"<MockOms {self.name} at {self.url}>"

    def control(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> Any:
        """Send a control call about this company; `path` follows the tenant's name."""
        return self._control.call(method, f"/tenants/{self.name}{path}", body, query)

    def place(self, items: Mapping[str, int] | None = None, **details: Any) -> Order:
        """Place an order, as a customer in a store.

        `items` maps SKUs to pieces; without it the mock chooses. `details` are `location`, `state`,
        `customer`, `discount` and more of `POST .../orders`.
        """
        (order,) = self.place_many(1, items, **details)
        return order

    def place_many(self, count: int, items: Mapping[str, int] | None = None, **details: Any) -> list[Order]:
        """Place orders that are alike."""
        if items is not None:
            details["items"] = [{"sku": sku, "quantity": pieces} for sku, pieces in items.items()]
        made = self.control("POST", "/orders", {**details, "count": count})
        return [Order(self.control, shown) for shown in made["shipments"]]

    def order(self, order_id: str) -> Order:
        """Return the order or return with an id."""
        return Order(self.control, self.control("GET", f"/shipments/{order_id}"))

    def calls(
        self,
        operation: str | None = None,
        order: Order | str | None = None,
        *,
        outcome: str | None = None,
        code: str | None = None,
    ) -> Calls:
        """Return the matching calls of the program.

        `operation` is a touchpoint like `confirm`, `outcome` is `accepted` or `refused`.
        """
        order_id = order.id if isinstance(order, Order) else order
        filters = {"operation": operation, "order": order_id, "outcome": outcome, "code": code}
        return Calls(self.control, {name: text for name, text in filters.items() if text is not None})

    def explain(self, order: Order | str) -> dict[str, Any]:
        """Return what may happen to an order next, what not, and why."""
        order_id = order.id if isinstance(order, Order) else order
        return dict(self.control("GET", f"/shipments/{order_id}/explain"))

    def env(self, prefix: str = "OMS_") -> dict[str, str]:
        """Return address and credentials as variables for a subprocess.

        `OMS_URL`, `OMS_COMPANY_USER`, `OMS_COMPANY_PASSWORD`, and for each store `OMS_STORE_1_USER`,
        `OMS_STORE_1_PASSWORD`.
        """
        found = {f"{prefix}URL": self.url}
        logins = {"COMPANY": self.company, **self.stores}
        for code, login in logins.items():
            name = "".join(char if char.isalnum() else "_" for char in code).upper()
            found[f"{prefix}{name}_USER"] = login.username
            found[f"{prefix}{name}_PASSWORD"] = login.password
        return found

    def journal_lines(self) -> str:
        """Return the last calls, one line each."""
        entries = self.control("GET", "/journal", None, {"limit": LINES})["entries"]
        return "\n".join(line(entry) for entry in entries) or "no calls"

    def close(self) -> None:
        """Delete the company; stop a server that was started for it."""
        try:
            self._control.call("DELETE", f"/tenants/{self.name}")
        finally:
            if self._server:
                self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
