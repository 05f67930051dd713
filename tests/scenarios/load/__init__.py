"""Tests of load runs."""
