"""Benchmarks: this server beside others in one run. Never part of the tests."""
