"""Verdicts of the flows on an OMS that was written without the mock."""
