"""The OpenAPI documents: of the touchpoints, and of the control plane.

They are built from the rows (`contracts.openapi.building`) and checked in, so that the mock only reads
files. `python -m contracts.openapi` writes them, `--check` compares.
"""
