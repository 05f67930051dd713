"""Generates calls from an OpenAPI document with schemathesis and checks every answer."""
