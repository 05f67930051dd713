"""Tests of the touchpoints and the control plane."""
