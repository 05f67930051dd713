"""Runs flows: plan, run, step, resume."""
