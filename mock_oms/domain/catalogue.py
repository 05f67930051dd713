"""Products, customers and shops of a new tenant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mock_oms.domain.shipment import Customer, Product

AMPLE = 1_000_000
"""Initial stock of each product at a new location, in pieces."""


def _product(sku: str, title: str, hsn: str, gst: int, *price: int) -> Product:
    return Product(sku, title, hsn, Decimal(gst), *(Decimal(rupees) for rupees in price))


PRODUCTS: tuple[Product, ...] = (
    _product("SHIRT-BLU-M", "Oxford shirt, blue, M", "62052000", 5, 1499),
    _product("JEANS-IND-32", "Straight jeans, indigo, 32", "62034200", 5, 2299, 300),
    _product("KURTA-MAR-L", "Cotton kurta, maroon, L", "62114290", 5, 1199),
    _product("SNEAK-WHT-9", "Canvas sneakers, white, 9", "64041990", 5, 2499, 250),
    _product("WATCH-STL-01", "Steel wrist watch", "91021100", 18, 4995),
    _product("BAG-CNV-20", "Canvas day pack, 20 l", "42029200", 18, 1899, 200),
    _product("PHONE-128-BLK", "Smartphone, 128 GB, black", "85171300", 18, 18999),
    _product("EARBUD-WHT", "Wireless earbuds, white", "85183000", 18, 2799, 300),
    _product("MUG-STN-350", "Stoneware mug, 350 ml", "69120010", 5, 349),
    _product("LAMP-DSK-LED", "Desk lamp, LED", "94052100", 18, 1650),
)

_PEOPLE = (
    ("Asha Rao", "14 Lake View Road"),
    ("Vikram Shah", "7 Hill Road"),
    ("Meera Nair", "22 Marine Drive"),
    ("Imran Khan", "3 Civil Lines"),
    ("Divya Iyer", "51 Temple Street"),
    ("Rohan Das", "9 Park Street"),
    ("Sana Sheikh", "18 Residency Road"),
    ("Karan Gill", "6 Mall Road"),
)


def basket(number: int) -> tuple[tuple[str, int], ...]:
    """Returns a default basket: SKUs and pieces of two products."""
    count = len(PRODUCTS)
    return ((PRODUCTS[number % count].sku, 1), (PRODUCTS[(number + 3) % count].sku, 2))


@dataclass(frozen=True, slots=True)
class Shop:
    """The name and address of a location, for documents."""

    code: str
    name: str
    address: str
    city: str
    state: str
    pincode: str
    gstin: str


SELLER = "Mock Retail Private Limited"

_PLACES = (
    ("12 Church Street", "Bengaluru", "Karnataka", "560001", "29"),
    ("40 Linking Road", "Mumbai", "Maharashtra", "400052", "27"),
    ("5 Anna Salai", "Chennai", "Tamil Nadu", "600002", "33"),
    ("88 Connaught Place", "New Delhi", "Delhi", "110001", "07"),
)


def shop(code: str, number: int) -> Shop:
    """Returns the shop of a location code.

    `number` is its index in the tenant's locations.
    """
    address, city, state, pincode, prefix = _PLACES[number % len(_PLACES)]
    return Shop(
        code, f"Mock Retail {city}", address, city, state, pincode, f"{prefix}AAACM0000M1Z{number % 10}"
    )


def customer(number: int, near: Shop) -> Customer:
    """Returns an invented person who lives in the shop's city."""
    name, address = _PEOPLE[number % len(_PEOPLE)]
    email = name.lower().replace(" ", ".") + "@example.com"
    phone = f"90000{number % 100_000:05d}"
    return Customer(name, phone, email, address, near.city, near.state, near.pincode)
