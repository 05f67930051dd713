"""Tests of the command `oms-scenarios`."""
