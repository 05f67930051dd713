"""Tests of the words that flows are written in."""
