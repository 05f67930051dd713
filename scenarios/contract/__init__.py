"""The contract held against a target: generated calls, the rules for what may be sent, and the report."""
