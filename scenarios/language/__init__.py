"""The words that a flow is written in."""
