"""Runs complete flows against any target: mock in process or over HTTP, real OMS."""
