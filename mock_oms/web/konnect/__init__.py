"""Handlers of the touchpoints, by journey. Each row of `contracts.konnect.operations` has exactly one."""

from collections.abc import Mapping

from mock_oms.web.dispatch import Handler
from mock_oms.web.konnect import authorization, documents, orders, queries, returns

HANDLERS: Mapping[str, Handler] = {
    "generate_token": authorization.generate_token,
    "get_shipments": queries.get_shipments,
    "get_shipment_info": queries.get_shipment_info,
    "confirm": orders.confirm,
    "cancel": orders.cancel,
    "invoice_update": documents.invoice_update,
    "fetch_invoice": documents.fetch_invoice,
    "fetch_labels": documents.fetch_labels,
    "accept_return": returns.accept_return,
}
"""Operation -> its handler."""
