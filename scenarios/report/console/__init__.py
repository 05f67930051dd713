"""Progress of a run: live, as plain lines, or as JSON."""

from scenarios.report.console.choose import Listener, listener

__all__ = ["Listener", "listener"]
