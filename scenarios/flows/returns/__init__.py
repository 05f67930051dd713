"""Flows of returns."""
