"""The language of flows: actions, expectations, statuses."""
