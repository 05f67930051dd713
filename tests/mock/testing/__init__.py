"""Tests of what an integrator's tests use."""
