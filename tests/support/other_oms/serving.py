"""Serves this OMS in a thread and writes its target file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.other_oms.web import OtherOms
from tests.support.threads import serving

TARGET = """
[target]
url = "{url}"
locations = {locations}
skus = ["SHIRT-BLU-M", "MUG-WHT", "BAG-CNV-20", "SOCK-3PK"]
invoice_mode = "{invoice}"
credit_note_mode = "{credit_note}"
[credentials]
company = {{ username = "OTHER_USER", password = "OTHER_PASSWORD" }}
other_company = {{ username = "RIVAL_USER", password = "RIVAL_PASSWORD" }}
{stores}
[cast]
aggregator = "suite"
store = "person"
customer = "person"
[person]
command = {command}
[patience]
poll_every_s = 0.05
give_up_after_s = {patience_s}
[pace]
requests_per_s_max = 2000
writes_max = 5000
"""


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Says nothing: a run sends thousands of requests."""


@contextmanager
def serve(oms: OtherOms) -> Iterator[str]:
    """Serve in a thread; gives the address."""
    server = make_server("127.0.0.1", 0, oms, threaded=True, request_handler=_Quiet)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


def environment(oms: OtherOms) -> dict[str, str]:
    """The variables that the target file names."""
    users = oms.account.users
    found = {"OTHER_USER": "acme", "OTHER_PASSWORD": users["acme"]}
    found |= {"RIVAL_USER": "rival", "RIVAL_PASSWORD": users["rival"]}
    for number, location in enumerate(oms.account.locations):
        found |= {f"STORE{number}_USER": location, f"STORE{number}_PASSWORD": users[location]}
    return found


def write_target(oms: OtherOms, url: str, folder: Path, patience_s: float = 1.5) -> Path:
    """Write `sandbox.toml` into the folder."""
    stores = "\n".join(
        f'locations."{code}" = {{ username = "STORE{n}_USER", password = "STORE{n}_PASSWORD" }}'
        for n, code in enumerate(oms.account.locations)
    )
    robot, address = Path(__file__).with_name("robot"), urlsplit(url)
    text = TARGET.format(
        url=url,
        locations=json.dumps(list(oms.account.locations)),
        invoice=oms.account.invoice,
        credit_note=oms.account.credit_note,
        stores=stores,
        command=json.dumps(["bash", str(robot), address.hostname, str(address.port)]),
        patience_s=patience_s,
    )
    path = folder / "sandbox.toml"
    path.write_text(text, encoding="utf-8")
    return path
