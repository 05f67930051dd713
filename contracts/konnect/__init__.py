"""The touchpoints of Konnect: one module per documented group, joined by `operations`."""
