"""`python -m mock_oms`: the same as the command `mock-oms`."""

from mock_oms.entry_points import run_mock_oms

if __name__ == "__main__":
    run_mock_oms()
