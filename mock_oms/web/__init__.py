"""Turns a request into an answer: screening, validation, dispatch, journalling."""
