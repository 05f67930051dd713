"""Full flows against any target: the mock in-process, a mock over HTTP, or an OMS that we did not write."""
