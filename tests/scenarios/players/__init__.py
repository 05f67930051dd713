"""Tests of systems and people who play an actor."""
