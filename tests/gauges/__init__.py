"""Tests of the tests: seeded defects that the flows and checks must catch."""
