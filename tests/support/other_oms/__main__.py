"""Serves this OMS until standard input ends.

    python -m tests.support.other_oms FOLDER [CHOICE=JSON ...] [DEFECT ...]

FOLDER gets `sandbox.toml`, the target file that describes it. `environment()` returns the variables with the
passwords.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from tests.support.other_oms import Choices, OtherOms
from tests.support.other_oms.serving import serve, write_target

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    given = dict(word.split("=", 1) for word in sys.argv[2:] if "=" in word)
    choices = replace(Choices(), **{name: json.loads(value) for name, value in given.items()})
    oms = OtherOms(choices, [word for word in sys.argv[2:] if "=" not in word])
    with serve(oms) as url:
        print(write_target(oms, url, folder), flush=True)
        sys.stdin.read()
