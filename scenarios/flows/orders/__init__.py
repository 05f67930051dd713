"""Flows of sales and cancellations."""
