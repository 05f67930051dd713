"""Load tests: complete journeys, or the shop of a system under test."""
