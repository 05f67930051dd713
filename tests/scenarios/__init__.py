"""Tests of the scenario suite, by room."""
