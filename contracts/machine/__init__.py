"""A model of the lifecycle that is compared with an OMS.

`machine_for(driver)` is a hypothesis state machine: its rules come from the events of the transition table,
its invariants from `contracts.machine.invariants`. `run` runs it with a size and a seed.
"""

from contracts.machine.driver import DrivenTenant, Driver
from contracts.machine.invariants import INVARIANTS, BrokenInvariantsError
from contracts.machine.rules import machine_for
from contracts.machine.running import Size, run

__all__ = ["INVARIANTS", "BrokenInvariantsError", "DrivenTenant", "Driver", "Size", "machine_for", "run"]
