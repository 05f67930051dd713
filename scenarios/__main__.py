"""`python -m scenarios`: the command `oms-scenarios`."""

from scenarios.cli.main import main

main(prog_name="oms-scenarios")
