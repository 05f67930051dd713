"""Contract runs: generated calls, rules for sending them, and their report."""
