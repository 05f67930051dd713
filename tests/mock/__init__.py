"""Tests of the mock, by room."""
