"""`python -m scenarios`: the command `oms-scenarios`."""

from contracts.plain_text import run_with_plain_output
from scenarios.cli.main import main
from scenarios.interruption import INTERRUPTED_EXIT_STATUS

run_with_plain_output(lambda: main(prog_name="oms-scenarios"), INTERRUPTED_EXIT_STATUS)
