"""Reports of a run, all made from its `run.jsonl`."""
