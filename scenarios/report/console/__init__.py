"""What a run shows while it goes on: live on a terminal, plain lines elsewhere, or JSON lines."""

from scenarios.report.console.choose import Format, Listener, listener

__all__ = ["Format", "Listener", "listener"]
