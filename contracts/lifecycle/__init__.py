"""The lifecycle of orders and returns: transition table, queries, validation."""
