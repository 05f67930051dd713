"""Prints invoices, credit notes and labels as PDF.

`contents` turns a paper into texts and codes, the `.typ` files say where they stand, and `pdf` runs typst.
"""
