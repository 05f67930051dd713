"""The OpenAPI documents: of the touchpoints, and of the control plane.

They are built from the rows (`contracts.openapi.building`) and checked in, so that serving them needs no
building. `python -m contracts.openapi` writes them, `--check` compares.
"""
