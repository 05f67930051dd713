"""Checks of expectations: one function per type of expectation."""

from scenarios.checks import answers, bulk_answers, documents, goods, lists, shapes, states  # noqa: F401 - they register their checks
from scenarios.checks.base import CheckContext, CheckResult, check

__all__ = ["CheckContext", "CheckResult", "check"]
