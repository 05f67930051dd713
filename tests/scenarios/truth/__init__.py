"""Tests of verdicts on an OMS that is not ours."""
