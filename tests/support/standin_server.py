"""`mock-oms serve` with a control plane for the simulated person only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mock_oms import entry_points
from mock_oms.server import process
from mock_oms.server.front import Front
from mock_oms.server.options import ServerOptions
from tests.support.shop_robot import PERSON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PERSON = "HTTP_" + next(iter(PERSON)).upper().replace("-", "_")
HEALTH = "/_control/health"
"""What the start waits for."""

Load = Callable[[ServerOptions], Front]


def hiding(load: Load) -> Load:
    """`load`, with the control plane of its application hidden."""

    def hidden(options: ServerOptions) -> Front:
        front = load(options)
        inner = front.app.wsgi_app

        def gate(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if path.startswith("/_control") and path != HEALTH and _PERSON not in environ:
                start_response("404 Not Found", [("content-type", "text/plain"), ("content-length", "0")])
                return []
            return inner(environ, start_response)

        front.app.wsgi_app = gate  # type: ignore[method-assign] # Flask's way to add a layer
        return front

    return hidden


if __name__ == "__main__":
    process.load_app = hiding(process.load_app)  # type: ignore[assignment] # the worker looks it up by name
    entry_points.run_mock_oms()
