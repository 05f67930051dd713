"""Draws invoices, credit notes and labels as PDF."""
