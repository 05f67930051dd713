"""Contract runs against the mock: both documents, all phases, all codes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from contracts import problems
from contracts.checks.complete import RULES, Draft, complete
from contracts.checks.complete_control import RULES as SHOP_RULES
from contracts.checks.complete_orders import use_unknown_ids
from contracts.checks.supply import Caller, Sample
from contracts.control.models import SKU_PATTERN, EventItem, NewOrder, NewTenant, StockEntry
from contracts.exploration.control import EXPLAINED
from contracts.konnect.operations import OPERATIONS
from contracts.openapi import konnect
from contracts.openapi.adapted import adapted, part_of
from contracts.profile import DEFAULT, Profile, parse
from scenarios.choices import Format
from scenarios.cli.contract import reach_table
from scenarios.contract.options import ContractOptions
from scenarios.contract.outlet import Outlet, Sent
from scenarios.contract.reach import ReachCounter
from scenarios.contract.run import open_for, run
from scenarios.contract.unknown_ids import UnknownIds
from scenarios.records import Verdict, fold, read_records
from tests.gauges.contract_gauge import explored

SEED = 1
EXAMPLES = 5
DEEP_EXAMPLES = 70
SEEDS = range(1, 6)
"""One or two are enough. What a seed gives depends on what is imported: hypothesis takes constants there."""


def test_the_contract_holds_on_the_mock_in_every_phase_and_without_a_warning(tmp_path: Path) -> None:
    options = ContractOptions(run="test", folder=tmp_path, seed=SEED, examples=EXAMPLES)
    outcome = run(options, open_for(options), io.StringIO(), Format.TEXT)
    view = fold(read_records(tmp_path / "run.jsonl"))

    assert [check for check in view.checks if check.verdict is not Verdict.PASS] == []
    assert outcome.exit_status == 0
    assert len(view.flows) == 31
    assert {len(flow.steps) for flow in view.flows.values()} == {4}
    assert outcome.reach.unreached(documented_only=True) == []
    assert [count.reached for count in outcome.reach.counts.values() if not count.reached] == []


def test_generated_calls_are_refused_with_every_code_that_there_is() -> None:
    bulk = [row.name for row in OPERATIONS if row.item]
    reach = ReachCounter(DEFAULT)
    for seed in SEEDS:
        misses, _ = explored(bulk, examples=DEEP_EXAMPLES, seed=seed, reach=reach)
        assert misses == []
        if not reach.unreached():
            break

    assert reach.unreached() == []
    known = {row.code for row in problems.ROWS}
    assert {code for count in reach.counts.values() for code in count.codes} == known
    for name in ("confirm", "cancel", "update_invoice", "credit_note", "invoice", "labels", "return"):
        assert reach.counts[name].taken, name
    assert reach_table(reach).row_count == len(reach.counts)


def _calls(monkeypatch: pytest.MonkeyPatch, seed: int) -> list[tuple[str, str, bytes]]:
    found: list[tuple[str, str, bytes]] = []
    forward = Outlet._forward

    def watching(self: Outlet, *given: Any) -> Sent:
        sent = forward(self, *given)
        found.append((sent.method, sent.path, sent.body))
        return sent

    with monkeypatch.context() as patch:
        patch.setattr(Outlet, "_forward", watching)
        explored(("confirm", "get_shipments"), examples=10, seed=seed)
    return found


def test_the_same_seed_generates_the_same_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, other = (_calls(monkeypatch, seed) for seed in (7, 7, 8))

    assert first == second
    assert first != other


class Nothing(UnknownIds):
    """A supply for rules: one order, one store."""

    locations: Sequence[str] = ("STORE-1",)
    may_write = False
    avoid_lockout = True

    def caller(self, _rng: Random) -> Caller:
        """The company."""
        return Caller("t")

    def caller_of(self, token: str) -> Caller | None:
        """The company's token is `t`."""
        return Caller("t") if token == "t" else None

    def credentials(self, _rng: Random) -> tuple[str, str]:
        """The only user."""
        return "user", "right"

    def is_user(self, name: str) -> bool:
        """There is one."""
        return name == "user"

    def fits(self, name: str, password: str) -> bool:
        """Its password."""
        return (name, password) == ("user", "right")

    def sample(self, _caller: Caller, operation: str, _rng: Random) -> Sample | None:
        """One order, for reading."""
        return Sample("1", "placed", {"7": 1}) if operation == "get_shipments" else None

    def look(self, _caller: Caller, _order_ids: object) -> dict[str, Any]:
        """No control plane."""
        return {}

    def secrets(self) -> frozenset[str]:
        """None."""
        return frozenset()


def completed(operation: str, query: dict[str, Any], body: Any = None, *, right: bool = True) -> list[Any]:
    """A call as it is sent, for many throws of the dice."""
    sent = []
    for seed in range(60):
        own, orders = dict(query), [dict(order) for order in body or ()]
        given = (own if right else None, orders if right else None)
        complete(Draft(operation, *given, own, orders, Caller("t"), Nothing(), DEFAULT, Random(seed)))
        sent.append(orders if body is not None else own)
    return sent


def test_a_list_gets_a_status_or_an_id_and_a_store() -> None:
    for query in completed("get_shipments", {"pageSize": 5}):
        assert "orderId" in query or ("orderStatus" in query and query["locationCode"] == "STORE-1")


def test_dates_become_real_ones_in_order() -> None:
    from contracts.konnect.dates import parse as read

    for query in completed("get_shipments", {"orderDateFrom": "31-02-2025", "orderDateTo": "2020-01-01"}):
        dates = [read(query[name]) for name in ("orderDateFrom", "orderDateTo") if name in query]
        assert dates == sorted(dates)


def test_a_call_that_is_meant_to_be_wrong_stays_wrong() -> None:
    assert completed("get_shipments", {}, right=False) == [{}] * 60


def test_a_real_user_with_a_wrong_password_is_never_sent_even_in_a_call_meant_to_be_wrong() -> None:
    for right in (True, False):
        for query in completed("generate_token", {"username": "user", "password": "x"}, right=right):
            assert query["username"] != "user" or query["password"] == "right"


def test_where_nothing_may_be_written_every_order_is_made_up() -> None:
    for right in (True, False):
        for orders in completed("confirm", {}, [{"orderId": "17954020917926700417"}], right=right):
            assert UnknownIds().is_made_up(orders[0]["orderId"])


def test_ids_are_replaced_at_any_depth_and_nonsense_is_left() -> None:
    body: Any = [{"orderId": 17954020917926700417, "x": {"orderId": "1"}}, {"orderId": None}, "orderId"]
    use_unknown_ids(body, Nothing(), Random(1))

    assert UnknownIds().is_made_up(body[0]["orderId"])
    assert UnknownIds().is_made_up(body[0]["x"]["orderId"])
    assert body[1:] == [{"orderId": None}, "orderId"]


def test_every_rule_says_why_it_is_needed() -> None:
    reasons = [*(rule.reason for rule in RULES), *(rule.reason for rule in SHOP_RULES)]

    assert len(set(reasons)) == len(reasons)
    assert all(len(reason.split()) > 4 for reason in reasons)


def test_what_is_no_failure_has_a_reason_and_is_told_narrowly() -> None:
    from schemathesis.core import failures
    from schemathesis.specs.openapi import checks

    for known in EXPLAINED:
        assert hasattr(failures, known.failure) or hasattr(checks, known.failure)
        assert len(known.reason.split()) > 4
        assert known.words not in "The resource was deleted with `DELETE /_control/tenants/mine`"


def _names(document: dict[str, Any], schema: str) -> set[str]:
    return set(document["components"]["schemas"][schema]["properties"])


def test_the_document_is_adapted_to_a_profile_and_stays_whole_for_the_default() -> None:
    document = konnect.document()
    choices = {
        "token_field": "access_token",
        "error_code_key": "code",
        "list_envelope": "orders",
        "info_envelope": "bare",
        "unknown_order": "not_found",
        "shape_status": 422,
        "unauthorized_status": 403,
        "refused_status": 409,
        "order_type_key": "orderType",
        "extra_fields": {"storeCode": "S-1"},
        "page_size_over_max": "reject",
        "page_zero": "reject",
        "rejected_return_word": "RETURN_DENIED",
    }
    told = adapted(document, parse(choices))

    assert adapted(document, Profile()) == document == konnect.document()
    assert "access_token" in _names(told, "TokenAnswer")
    assert {"code", "orderItemId"} <= _names(told, "Refusal")
    assert {"orderType", "storeCode"} <= _names(told, "Shipment")
    listing = told["paths"]["/oms/v3/shipment"]["get"]
    assert set(listing["responses"]) == {"200", "400", "401", "403", "404", "414", "422"}
    assert listing["responses"]["200"]["content"]["application/json"]["schema"]["required"] == ["orders"]
    info = told["paths"]["/oms/v3/shipment/info"]["get"]["responses"]["200"]
    assert info["content"]["application/json"]["schema"]["type"] == "array"
    assert "409" in told["paths"]["/oms/v3/shipment/confirm"]["post"]["responses"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in listing["parameters"]}
    assert schemas["pageSize"]["maximum"] == DEFAULT.page_size_max
    assert schemas["pageNumber"]["minimum"] == 1
    assert "RETURN_DENIED" in schemas["orderStatus"]["enum"]


def test_a_part_of_the_document_holds_the_operations_asked_for() -> None:
    part = part_of(konnect.document(), ["confirm"])

    assert list(part["paths"]) == ["/oms/v3/shipment/confirm"]
    assert part_of(konnect.document(), []) == konnect.document()


@pytest.mark.parametrize("sku", ["SHIRT-BLU-M", "A B", "\u0915\u092e\u0940\u091c", "\U0001f455", "0"])
def test_a_sku_that_its_document_allows_is_taken(sku: str) -> None:
    entry = StockEntry(location="STORE-1", sku=sku, on_hand=1)

    assert entry.sku == sku
    assert re.fullmatch(SKU_PATTERN, sku)


@pytest.mark.parametrize(
    "sku", ["", " A", "A ", "\u0085A", "A\u00a0", "A\nB", "\u2003A", "A\x7fB", "\ufeffA"]
)
def test_a_sku_that_its_document_refuses_is_refused(sku: str) -> None:
    with pytest.raises(ValueError, match="sku"):
        StockEntry(location="STORE-1", sku=sku, on_hand=1)
    assert not re.fullmatch(SKU_PATTERN, sku)


def test_a_whole_number_may_be_written_with_a_point_as_json_schema_has_it() -> None:
    assert NewTenant.model_validate_json('{"seed": 7.0}', strict=True).seed == 7
    assert NewOrder.model_validate_json('{"count": 2.0}', strict=True).count == 2
    item = EventItem.model_validate_json('{"orderItemId": "1", "quantity": 3.0}', strict=True)
    assert item.quantity == 3
    assert parse({"token_ttl_s": 60.0}).token_ttl_s == 60
    with pytest.raises(ValueError, match="count"):
        NewOrder.model_validate_json('{"count": 2.5}', strict=True)
