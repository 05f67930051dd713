"""Tests of the lifecycle rules as the mock applies them."""
