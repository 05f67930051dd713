"""Writes the OpenAPI documents; with `--check`, compares them."""

from __future__ import annotations

import argparse
import sys

from contracts.openapi import building


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 when `--check` finds a file that is not current."""
    parser = argparse.ArgumentParser(prog="python -m contracts.openapi", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when a file is not current"
    )
    if not parser.parse_args(arguments).check:
        building.write()
        return 0
    stale = building.stale()
    for name in stale:
        print(f"contracts/{name} is not current: run make openapi", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
