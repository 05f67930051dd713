"""Runs complete flows against any target: the mock, or another OMS."""
