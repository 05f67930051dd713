"""Flows of invoices, labels and credit notes."""
