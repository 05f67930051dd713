"""Benchmarks of this server and others in one run; not a test."""
