"""Tests of the tests: seeded defects that they must catch."""
