"""The Locust file of load runs.

    locust -f locustfile.py --host http://127.0.0.1:8080 --headless --users 20 --run-time 60s

`oms-scenarios load` runs it with its own server and report; `oms-scenarios load --locustfile` prints its
path. Works with --master, --worker and --processes. Only this file and `scenarios.load.locust_process`
import Locust, which patches the importing process.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# Locust puts the folder of its file first, and removes it afterwards. Our packages are found from the folder
# above, before others of the same names in the working directory.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent.parent))

from gevent import get_hub, sleep
from gevent.pool import Group
from locust import FastHttpUser, constant_pacing, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from scenarios.load.aggregator import Aggregator
from scenarios.load.call import WrongError
from scenarios.load.journey import Journey
from scenarios.load.latency import Watch, serve_customer
from scenarios.load.locust_process import LoadProcess, LocustSender
from scenarios.load.options import JOURNEYS, OPTIONS, SHOP
from scenarios.load.shop import Shop
from scenarios.load.tenants import LoadTenant
from scenarios.targets.answers import Reading

AFTER_FAILURE_S = 0.2
"""Pause after a failed journey, to spare a target that is down."""
IDLE_S = 0.1
CUSTOMERS_LIMIT = 2000
"""Orders that one user watches at a time."""

_processes: dict[int, LoadProcess] = {}


def add_options(parser: LocustArgumentParser, **_: Any) -> None:
    """Add our options to Locust's."""
    group = parser.add_argument_group(
        "Load on a mock of Fynd OMS",
        "The mock's address is --host. On every machine that runs users, MOCK_OMS_CONTROL_KEY in the "
        "environment is the key of its control plane, where it asks for one.",
    )
    for option in OPTIONS:
        group.add_argument(
            option.flag,
            type=option.read,
            default=option.default,
            help=option.help.replace("%", "%%"),
            metavar=option.metavar,
            env_var=option.variable,
        )


def prepare(environment: Environment, **_: Any) -> None:
    """Choose the user class of the mix, and register the event handlers."""
    options: Any = environment.parsed_options
    if not options.user_classes:
        wanted = {JOURNEYS: JourneyUser, SHOP: ShopUser}[options.mix]
        environment.user_classes = [wanted]
    process = _processes[id(environment)] = LoadProcess(environment)
    process.attach()
    # Importing all this took a while, in which the clock of the event loop stood still: a run would be that
    # much too short.
    get_hub().loop.update_now()


class Member(FastHttpUser):
    """Base of both users. Connections are kept; certificates are verified."""

    abstract = True
    insecure = False
    concurrency = 50

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.process = _processes[id(environment)]
        self.sender = LocustSender(self.client)

    def shop(self, tenant: LoadTenant) -> Shop:
        """Return the shops of a tenant."""
        return Shop(self.sender, tenant.name, self.process.control.key)


class JourneyUser(Member):
    """A user with complete journeys, from the till to the credit note."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._aggregators: dict[str, Aggregator] = {}

    @task
    def whole_journey(self) -> None:
        """Play one batch of orders."""
        if self.process.draining or not self.process.can_begin:
            sleep(IDLE_S)
            return
        tenant, location = self.process.next_place()
        with self.process.busy():
            try:
                self._play(tenant, location)
            except WrongError:  # counted where it was met
                sleep(AFTER_FAILURE_S)

    def _play(self, tenant: LoadTenant, location: str) -> None:
        Journey(
            shop=self.shop(tenant),
            aggregator=self._aggregator(tenant),
            tenant=tenant,
            location=location,
            batch=self.process.options.batch,
            returns=self.process.returns,
        ).play()

    def _aggregator(self, tenant: LoadTenant) -> Aggregator:
        """Return this user's aggregator of a tenant, logged in."""
        if tenant.name not in self._aggregators and tenant.credentials is not None:
            new = Aggregator(self.sender, tenant.credentials, Reading(tenant.profile))
            new.log_in()
            self._aggregators[tenant.name] = new
        return self._aggregators[tenant.name]


class ShopUser(Member):
    """A user that plays customers and store for a system under test.

    Orders arrive at a fixed rate, even if the system falls behind.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._customers = Group()
        self._pace = constant_pacing(60 / self.process.options.orders_per_minute)

    def wait_time(self) -> float:
        """Return the pause that keeps the rate."""
        return float(self._pace(self))

    @task
    def next_customer(self) -> None:
        """Start one more customer."""
        if self.process.draining or not self.process.can_begin:
            return
        if len(self._customers) >= CUSTOMERS_LIMIT:
            self.process.report("system: keeps up", 0.0, f"{CUSTOMERS_LIMIT} orders of one user wait")
            return
        self._customers.spawn(self._serve, *self.process.next_place(), self.process.returns.picks())

    def _serve(self, tenant: LoadTenant, location: str, comes_back: bool) -> None:
        patience = self.process.options.patience
        watch = Watch(self.shop(tenant), patience, self.process.report, sleep)
        with self.process.busy():
            try:
                serve_customer(watch, tenant, location, comes_back=comes_back)
            except WrongError:  # counted where it was met
                return

    def on_stop(self) -> None:
        """Stop the remaining customers."""
        self._customers.kill()


events.init_command_line_parser.add_listener(add_options)
events.init.add_listener(prepare)
