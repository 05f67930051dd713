"""Verdicts of the flows on the second OMS."""
