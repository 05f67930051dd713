"""The folder of a run: settings, records and answers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.lifecycle.table import Actor, DocumentMode
from scenarios.choices import MOCK_WORD, Grade, Player
from scenarios.errors import UsageError
from scenarios.load.results import FILE_NAME as LOAD_FILE
from scenarios.records import FILE_NAME, BrokenLogError, fold, read_records
from scenarios.report.wording import plural, word

SETTINGS_FILE = "settings.json"
ANSWERS_FILE = "answers.jsonl"
RUNS_FOLDER = Path("runs")
"""Parent of run folders without `--out`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The command line of a run; no field holds a secret.

    `folder` is the run's own.
    """

    run: str
    folder: Path
    patterns: tuple[str, ...] = ()
    target: str = MOCK_WORD
    modes: Mapping[str, DocumentMode] = field(default_factory=dict)
    cast: Mapping[Actor, Player] = field(default_factory=dict)
    tenant: str = ""
    grade: Grade | None = None
    parallel: int = 1
    seed: int | None = None
    no_skips: bool = False
    allow_production: bool = False
    patience: float | None = None

    @property
    def records(self) -> Path:
        """The run.jsonl."""
        return self.folder / FILE_NAME

    def save(self) -> None:
        """Write the settings to the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        values = asdict(self) | {"folder": None}
        text = json.dumps(values, indent=2, default=str)
        (self.folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


_PLAIN = ("target", "tenant", "parallel", "seed", "no_skips", "patience")
"""Settings that are kept as they are."""


def load_settings(folder: Path) -> Settings:
    """Load the settings of a folder; raises `UsageError` if there are none."""
    try:
        values: dict[str, Any] = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"{folder} holds no run ({SETTINGS_FILE} is missing or broken)") from None
    known = Settings(run=str(values["run"]), folder=folder)
    return replace(
        known,
        **{name: value for name, value in values.items() if name in _PLAIN},
        patterns=tuple(values["patterns"]),
        modes={name: DocumentMode(mode) for name, mode in values["modes"].items()},
        cast={Actor(actor): Player(player) for actor, player in values["cast"].items()},
        grade=Grade(values["grade"]) if values["grade"] else None,
        allow_production=bool(values["allow_production"]),
    )


def new_run_name() -> str:
    """Create a name that sorts by time: `20250125-121938-3fa2`."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def run_folder(name: str) -> Path:
    """Find the folder of a run by path or name; raises `UsageError`."""
    for folder in (Path(name), RUNS_FOLDER / name):
        if (folder / FILE_NAME).exists():
            return folder
    kept = sorted(place.parent.name for place in RUNS_FOLDER.glob(f"*/{FILE_NAME}"))
    known = f"; in {RUNS_FOLDER}/ there are: {', '.join(kept[-5:])}" if kept else ""
    raise UsageError(f"there is no run {name!r}{known}")


def refuse_used(folder: Path) -> None:
    """Refuse a folder that holds a run; raises `UsageError`."""
    load = folder / LOAD_FILE
    if load.exists():
        day = datetime.fromtimestamp(load.stat().st_mtime, UTC)
        raise UsageError(f"{folder} holds a load run of {day:%-d %b}. Choose another --out")
    try:
        found = fold(read_records(folder / FILE_NAME))
    except FileNotFoundError:
        return
    except BrokenLogError as error:
        raise UsageError(f"{folder} holds records of a run ({error}). Choose another --out") from None
    if found.run is None:
        return
    result = word(found.verdict) if found.finished else f"{len(found.unfinished)} unfinished"
    about = f"{found.run.started_at:%-d %b} ({plural(len(found.flows), 'flow')}, {result})"
    way_on = f", or continue it with: oms-scenarios resume {folder}"
    raise UsageError(
        f"{folder} holds run {found.run.run} of {about}. "
        f"Choose another --out{way_on if (folder / SETTINGS_FILE).exists() else ''}"
    )


def save_answer(folder: Path, flow: str, step: int, order_id: str) -> None:
    """Write an answer for a waiting run."""
    line = json.dumps({"flow": flow, "step": step, "order_id": order_id})
    with (folder / ANSWERS_FILE).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def read_answer(folder: Path, flow: str, step: int) -> str | None:
    """Return the last answer for a step, or None."""
    path = folder / ANSWERS_FILE
    if not path.exists():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip().endswith("}")]
    given = [row["order_id"] for row in rows if (row["flow"], row["step"]) == (flow, step)]
    return given[-1] if given else None
