"""Tests of the command `mock-oms`."""
