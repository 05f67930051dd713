"""Players of a flow's actors: suite, person, or system under test."""
