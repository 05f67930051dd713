"""Whether an answered change survives the sudden end of the server."""
