"""Programs that measure the mock: benchmark, bad input, durability."""
