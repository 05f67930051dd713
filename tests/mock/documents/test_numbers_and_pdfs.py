"""Numbers of invoices and credit notes, and their PDFs."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from tests.conftest import NewTenant
from tests.support.mock_client import Reply, Tenant, pushed, refused

A4_MM, A6_MM = (210, 297), (105, 148)


def pages(reply: Reply) -> list[str]:
    assert (reply.status, reply.media) == (200, "application/pdf")
    return [page.extract_text() for page in PdfReader(io.BytesIO(reply.body)).pages]


def size_mm(reply: Reply) -> tuple[int, int]:
    box = PdfReader(io.BytesIO(reply.body)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def number(tenant: Tenant, order: str) -> str:
    return str(tenant.look(order)["documents"][0]["number"])


# Numbers


def test_issued_invoices_are_numbered_consecutively_in_each_store(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd")
    orders = [tenant.place(location=f"STORE-{n % 2 + 1}") for n in range(4)]
    tenant.confirm(*orders)
    assert [number(tenant, order) for order in orders] == [
        "I00014000A000001",
        "I00014001A000001",
        "I00014000A000002",
        "I00014001A000002",
    ]


def test_a_refused_order_uses_up_no_number(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd", profile={"stock_guard": True})
    tenant.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 0}]})
    refusable = tenant.place(items=[{"sku": "MUG-STN-350"}])
    first, second = tenant.place_many(2, items=[{"sku": "LAMP-DSK-LED"}])
    tenant.post("confirm", [{"orderId": order} for order in (first, refusable, second)])
    assert (number(tenant, first), number(tenant, second)) == ("I00014000A000001", "I00014000A000002")


def test_issued_credit_notes_have_a_series_of_their_own(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd", credit_note_mode="fynd")
    sales = tenant.place_many(3, state="handed_over_to_customer")
    backs = [tenant.start_return(sale) for sale in sales]
    for back in reversed(backs):
        tenant.accept_return(back)
    assert [number(tenant, back) for back in backs] == [
        "J00014000A000003",
        "J00014000A000002",
        "J00014000A000001",
    ]
    assert [number(tenant, sale) for sale in sales] == [
        "I00014000A000001",
        "I00014000A000002",
        "I00014000A000003",
    ]


def test_companies_number_each_for_themselves(new_tenant: NewTenant) -> None:
    for tenant in (new_tenant(invoice_mode="fynd"), new_tenant(invoice_mode="fynd")):
        assert number(tenant, tenant.place(state="bag_invoiced")) == "I00014000A000001"


def test_a_number_pushed_before_is_left_out_of_the_series(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    tenant.push_invoice(tenant.place(state="bag_confirmed"), "I00014000A000002")
    tenant.change(invoice_mode="fynd")
    orders = tenant.place_many(3, state="bag_invoiced")
    assert [number(tenant, order) for order in orders] == [
        "I00014000A000001",
        "I00014000A000003",
        "I00014000A000004",
    ]


@pytest.mark.parametrize("first", ["sale", "return"])
@pytest.mark.parametrize("second", ["sale", "return"])
def test_a_pushed_number_is_never_used_twice(tenant: Tenant, first: str, second: str) -> None:
    ready = {"sale": "bag_confirmed", "return": "return_accepted"}
    one, other = tenant.place(state=ready[first]), tenant.place(state=ready[second])
    kept = tenant.post("invoiceUpdate", [pushed(one, "N-1", first)])
    assert kept.json["successCount"] == 1
    with tenant.unchanged():
        refused(tenant.post("invoiceUpdate", [pushed(other, "N-1", second)]), "IN422", "used by another")
    assert number(tenant, one) == "N-1"


def test_a_number_stays_used_when_its_order_is_cancelled(tenant: Tenant) -> None:
    gone, other = tenant.place_many(2, state="bag_confirmed")
    tenant.push_invoice(gone, "S-1")
    tenant.cancel(gone)
    refused(tenant.post("invoiceUpdate", [pushed(other, "S-1")]), "IN422", "used by another")


def test_numbers_of_another_company_do_not_matter(new_tenant: NewTenant) -> None:
    for tenant in (new_tenant(), new_tenant()):
        tenant.push_invoice(tenant.place(state="bag_confirmed"), "S-1")


@pytest.mark.parametrize("text", ["1", "9" * 64, "GST/25-26/№ 42", "s-1 b"])
def test_a_number_may_be_any_printable_text_of_64_characters(tenant: Tenant, text: str) -> None:
    order = tenant.place(state="bag_confirmed")
    tenant.push_invoice(order, text)
    assert number(tenant, order) == text


@pytest.mark.parametrize("text", ["1", "GST/25-26/004211", "S1-000042"])
def test_the_gst_rules_take_sixteen_letters_digits_dashes_and_slashes(
    new_tenant: NewTenant, text: str
) -> None:
    tenant = new_tenant(profile={"invoice_numbers": "gst"})
    order = tenant.place(state="bag_confirmed")
    tenant.push_invoice(order, text)
    assert number(tenant, order) == text


@pytest.mark.parametrize("kind", ["sale", "return"])
@pytest.mark.parametrize(
    ("text", "flaw"),
    [("GST/25-26/0042111", "has 17 characters"), ("S 1", "has ' '"), ("S.1", "has '.'"), ("№1", "has '№'")],
)
def test_the_gst_rules_refuse_other_numbers(new_tenant: NewTenant, kind: str, text: str, flaw: str) -> None:
    tenant = new_tenant(profile={"invoice_numbers": "gst"})
    order = tenant.place(state={"sale": "bag_confirmed", "return": "return_accepted"}[kind])
    with tenant.unchanged():
        reply = tenant.post("invoiceUpdate", [pushed(order, text, kind)])
        refused(reply, "IN422", f"{flaw}")
        refused(reply, "IN422", "send 1 to 16 letters, digits, - or /")


@pytest.mark.parametrize(("first", "second"), [("inv/1", "INV/1"), ("INV/1", "inv/1"), ("Inv/1", "iNV/1")])
def test_the_gst_rules_take_capitals_and_small_letters_for_the_same(
    new_tenant: NewTenant, first: str, second: str
) -> None:
    refusals = []
    for choice in ("any", "gst"):
        tenant = new_tenant(profile={"invoice_numbers": choice})
        one, other = tenant.place_many(2, state="bag_confirmed")
        tenant.push_invoice(one, first)
        refusals.append(tenant.post("invoiceUpdate", [pushed(other, second)]))
    assert refusals[0].json["successCount"] == 1
    refused(refusals[1], "IN422", "used by another")


def test_issued_numbers_follow_the_gst_rules(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd", credit_note_mode="fynd")
    back = tenant.place(state="return_completed")
    for one in (back, tenant.look(back)["forwardId"]):
        assert re.fullmatch(r"[A-Za-z0-9/-]{1,16}", number(tenant, one))


# PDFs


@pytest.mark.parametrize("mode", ["aggregator", "fynd"])
def test_the_invoice_names_shipment_and_number(new_tenant: NewTenant, mode: str) -> None:
    tenant = new_tenant(invoice_mode=mode)
    order = tenant.place(state="bag_invoiced")
    (text,) = pages(tenant.post("invoice", [{"orderId": order}]))
    assert order in text
    assert number(tenant, order) in text
    assert "invoice" in text.lower()
    for item in tenant.look(order)["orderItems"]:
        assert item["title"] in text


@pytest.mark.parametrize("mode", ["aggregator", "fynd"])
def test_the_invoice_of_a_return_is_its_credit_note(new_tenant: NewTenant, mode: str) -> None:
    tenant = new_tenant(credit_note_mode=mode)
    back = tenant.place(state="return_completed")
    (text,) = pages(tenant.post("invoice", [{"orderId": back}]))
    sale = tenant.look(back)["forwardId"]
    assert "credit note" in text.lower()
    for part in (back, number(tenant, back), sale, number(tenant, sale)):
        assert part in text


def test_the_label_names_the_shipment(tenant: Tenant) -> None:
    order = tenant.place(state="bag_invoiced")
    (text,) = pages(tenant.post("labels", [{"orderId": order}]))
    assert order in text
    assert tenant.look(order)["shippingAddress"]["name"] in text


@pytest.mark.parametrize("touchpoint", ["invoice", "labels"])
@pytest.mark.parametrize(("paper", "expected"), [("A4", A4_MM), ("A6", A6_MM)])
def test_the_paper_is_as_the_profile_says(
    new_tenant: NewTenant, touchpoint: str, paper: str, expected: tuple[int, int]
) -> None:
    tenant = new_tenant(profile={"paper_size": paper})
    order = tenant.place(state="bag_invoiced")
    reply = tenant.post(touchpoint, [{"orderId": order}])
    assert size_mm(reply) == expected
    assert order in pages(reply)[0]


def test_twenty_invoices_come_as_one_document_in_the_order_asked_for(tenant: Tenant) -> None:
    orders = tenant.place_many(20, state="bag_invoiced")[::-1]
    texts = pages(tenant.post("invoice", [{"orderId": order} for order in orders]))
    assert len(texts) == 20
    for order, text in zip(orders, texts, strict=True):
        assert order in text


def test_the_same_papers_are_the_same_bytes(tenant: Tenant) -> None:
    order = [{"orderId": tenant.place(state="bag_invoiced")}]
    assert tenant.post("invoice", order).body == tenant.post("invoice", order).body


@pytest.mark.parametrize("state", ["bag_invoiced", "handed_over_to_customer"])
def test_papers_stay_available_after_invoicing(tenant: Tenant, state: str) -> None:
    order = tenant.place(state=state)
    for touchpoint in ("invoice", "labels"):
        assert len(pages(tenant.post(touchpoint, [{"orderId": order}]))) == 1


def test_an_order_cancelled_after_invoicing_still_has_its_invoice(tenant: Tenant) -> None:
    order = tenant.place(state="bag_invoiced")
    tenant.cancel(order)
    assert order in pages(tenant.post("invoice", [{"orderId": order}]))[0]


def test_cancelled_pieces_are_not_invoiced(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}, {"sku": "LAMP-DSK-LED"}])
    mug, _ = tenant.items(order)
    tenant.cancel(order, {mug: 2})
    tenant.confirm(order)
    tenant.push_invoice(order)
    (text,) = pages(tenant.post("invoice", [{"orderId": order}]))
    assert "Desk lamp" in text
    assert "Stoneware" not in text


def test_any_person_and_any_product_can_be_printed(tenant: Tenant) -> None:
    entry = {
        "location": "STORE-1",
        "sku": "Ω-1",
        "on_hand": 5,
        "title": "\u202eचाय ☕ \U0001f600\x00",
        "price": 0.01,
    }
    tenant.control("PUT", "/stock", {"stock": [entry]})
    person = {
        "name": "\x00\ud7ff" + "ä" * 150,
        "gstin": "29AAAAA0000A1Z5",
        "state": "Kerala",
        "address": "\n\t<b>",
    }
    order = tenant.place(items=[{"sku": "Ω-1", "quantity": 10_000}], customer=person, state="bag_confirmed")
    tenant.push_invoice(order, "N-1", invoiceQrCode="q" * 5000, irnNumber="i" * 200)
    for touchpoint in ("invoice", "labels"):
        assert order in pages(tenant.post(touchpoint, [{"orderId": order}]))[0]


def test_the_dearest_order_can_be_printed(tenant: Tenant) -> None:
    entry = {"location": "STORE-1", "sku": "GOLD", "on_hand": 5, "price": 10_000_000, "gst_percent": 40}
    tenant.control("PUT", "/stock", {"stock": [entry]})
    order = tenant.place(items=[{"sku": "GOLD", "quantity": 10_000}] * 200, state="bag_invoiced")
    assert order in pages(tenant.post("invoice", [{"orderId": order}]))[0]
