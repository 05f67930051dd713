"""Tests that play whole flows."""
