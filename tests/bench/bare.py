"""The yardstick: a Flask application of one route and no work, under the same server."""

from __future__ import annotations

from flask import Flask, Response

BODY = b'{"payloadCount":1,"successCount":1,"failedCount":0,"status":"SUCCESS","errors":[]}'

app = Flask("bare")


@app.route("/oms/v3/shipment", methods=["GET"])
@app.route("/oms/v3/shipment/confirm", methods=["POST"])
def answer() -> Response:
    """The same bytes to everybody."""
    return Response(BODY, mimetype="application/json")
