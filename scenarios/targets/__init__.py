"""Targets: opening them, calling them, reading their answers."""
