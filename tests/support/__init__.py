"""Helpers of the tests: clients, servers, databases, samples."""
