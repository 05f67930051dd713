"""The project's commands, run in this process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from mock_oms.cli import main
from mock_oms.server import options


def mock_oms(*arguments: str, **variables: str) -> Result:
    """Run `mock-oms` in this process; of our environment variables, only `variables` apply."""
    return CliRunner().invoke(main, arguments, prog_name="mock-oms", env=isolated(variables))


def isolated(variables: dict[str, str]) -> dict[str, str | None]:
    ours = [row.variable for row in options.rows()] + list(options.CLIENT_VARIABLES)
    return {**dict.fromkeys(ours), **variables}


def done(*arguments: str, **variables: str) -> str:
    """What a command prints that must succeed."""
    result = mock_oms(*arguments, **variables)
    assert result.exit_code == 0, result.output
    return result.stdout
