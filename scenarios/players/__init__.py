"""Plays the actors of a flow: the suite, a person, or the system under test."""
