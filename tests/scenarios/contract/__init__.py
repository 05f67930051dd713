"""Tests of contract runs."""
