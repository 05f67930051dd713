"""A working fake of the Fynd Konnect OMS for Pick-At-Store."""

__version__ = "0.1.0"
