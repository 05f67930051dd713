"""The baseline: a Flask application that only reads, under the same server."""

from __future__ import annotations

from flask import Flask, Response, request

CONFIRMED = b'{"payloadCount":1,"successCount":1,"failedCount":0,"status":"SUCCESS","errors":[]}'
ORDER = b'[{"id":"17328629784861446350","orderItems":[{"sku":"%s"}]}]' % (b"x" * 1500)
"""About as many bytes as an order of the mock."""

app = Flask("bare")


@app.get("/oms/v3/shipment")
def look() -> Response:
    """The same bytes to everybody."""
    return Response(ORDER, mimetype="application/json")


@app.post("/oms/v3/shipment/confirm")
def confirm() -> Response:
    """The same bytes to everybody who sends JSON."""
    request.get_json()
    return Response(CONFIRMED, mimetype="application/json")
