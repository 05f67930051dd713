"""A working fake of the Fynd Konnect OMS: touchpoints, a control plane to play the shop, and documents."""

__version__ = "0.1.0"
