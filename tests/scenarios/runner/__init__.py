"""Tests of running flows."""
