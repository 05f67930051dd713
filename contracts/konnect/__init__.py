"""The touchpoints of Konnect: operations, wire models, field evidence, dates."""
