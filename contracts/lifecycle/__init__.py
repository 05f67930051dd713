"""The lifecycle of orders and returns: the transition table, queries on it, its validation."""
