"""Papers to print, for the tests of the documents."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from mock_oms.documents.model import Line, Paper, Party, Size

SIZES: tuple[Size, ...] = ("A4", "A6")
INDIA = timezone(timedelta(hours=5, minutes=30))

SHIRT = Line("Oxford Shirt", "SHIRT-40", "61051010", 2, Decimal(1499), Decimal(150), Decimal(5))
PHONE = Line(
    title="Phone with 256 GB",
    sku="PHONE-BLK",
    hsn="85171300",
    quantity=1,
    unit_price=Decimal("28999.00"),
    discount=Decimal(0),
    gst_percent=Decimal(18),
    serials=("356938035643809", "356938035643817"),
)
INVOICE = Paper(
    kind="invoice",
    number="KA26-INV-000042",
    date=datetime(2026, 11, 5, 14, 30, tzinfo=INDIA),
    shipment_id="17619420031234567890",
    order_id="FY6912AB34CD56EF78",
    seller=Party(
        "Meridian Retail Private Limited", ("Trade Tower", "Mumbai 400013"), "022 4000 1234", "27AABCM1"
    ),
    store=Party("Meridian Indiranagar", ("100 Feet Road", "Bengaluru 560038"), "080 2520 1100", "29AABCM1"),
    store_code="STORE-1",
    buyer=Party("Ananya Rao", ("Lakeview Residency", "Bengaluru 560008"), "98450 12345", "29ABCDE1"),
    lines=(SHIRT, PHONE),
    interstate=False,
    place_of_supply="29 Karnataka",
    irn="a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
    ack_number="112010036563310",
    ack_date="2026-11-05 14:31:00",
    qr="signed.invoice.data",
)
CREDIT_NOTE = replace(
    INVOICE,
    kind="credit_note",
    number="KA26-CN-000007",
    shipment_id="17619500039876543210",
    original_number="KA26-INV-000042",
    original_shipment_id="17619420031234567890",
)
LABEL = replace(INVOICE, kind="label")
NOBODY = Party("", ())
BARE = Paper(
    kind="invoice",
    number="INV-1",
    date=INVOICE.date,
    shipment_id="123",
    order_id="",
    seller=NOBODY,
    store=NOBODY,
    store_code="",
    buyer=NOBODY,
    lines=(Line("Pen", "", "", 1, Decimal(10), Decimal(0), Decimal(0)),),
    interstate=False,
)
