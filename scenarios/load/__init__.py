"""Traffic for load tests: whole journeys, or only the shop's side for a system under test."""
