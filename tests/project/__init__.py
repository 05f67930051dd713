"""Tests of the project itself: imports, dependencies, wheel, documentation."""
