"""Reports of a run, all made from its `run.jsonl`."""

from scenarios.report.console import Listener, listener
from scenarios.report.files import ReportPaths, write_all

__all__ = ["Listener", "ReportPaths", "listener", "write_all"]
