"""State of one running flow: its context and its memory."""
