"""Checks of single answers, and of the calls that are generated.

`answers` and `shape` check one call and its answer; `complete` makes generated calls useful. No server is
known here. The test tools that generate calls are imported in `contracts.exploration` only.
"""
