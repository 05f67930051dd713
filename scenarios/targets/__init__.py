"""The OMS at the other end: opening it, calling it, reading its answers."""
