"""Calls and shapes of the control plane."""
