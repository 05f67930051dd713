"""A model of the whole lifecycle that plays with an OMS and compares: built from the transition table.

`machine_for(driver)` is a hypothesis state machine: its rules are the table's events, its invariants are
those of `contracts.machine.invariants`. `run` plays it by a profile and a seed.
"""

from contracts.machine.driver import DrivenTenant, Driver
from contracts.machine.invariants import INVARIANTS, BrokenInvariantsError
from contracts.machine.rules import machine_for
from contracts.machine.running import Size, run

__all__ = ["INVARIANTS", "BrokenInvariantsError", "DrivenTenant", "Driver", "Size", "machine_for", "run"]
