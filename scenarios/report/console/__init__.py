"""What a run shows while it goes on: live on a terminal, plain lines elsewhere, or JSON lines."""

from scenarios.report.console.choose import Listener, listener

__all__ = ["Listener", "listener"]
