"""The server process: options, port, workers, request bodies, ready file."""
