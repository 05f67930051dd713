"""Handlers of the touchpoints, by journey. Each row of `contracts.endpoints` has exactly one."""

from collections.abc import Mapping

from mock_oms.api import authorization, documents, orders, reading, returns
from mock_oms.dispatch import Handler

HANDLERS: Mapping[str, Handler] = {
    "generate_token": authorization.generate_token,
    "get_shipments": reading.get_shipments,
    "get_shipment_info": reading.get_shipment_info,
    "confirm": orders.confirm,
    "cancel": orders.cancel,
    "invoice_update": documents.invoice_update,
    "fetch_invoice": documents.fetch_invoice,
    "fetch_labels": documents.fetch_labels,
    "accept_return": returns.accept_return,
}
"""Operation -> its handler."""
