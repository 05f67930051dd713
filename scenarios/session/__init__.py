"""State of a running flow: its context and its memory."""
