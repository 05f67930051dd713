"""What the numbers were measured on, and what a tree of processes uses of it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def described() -> dict[str, str]:
    """The machine and the programs that a run leans on, as words for the report."""
    return {
        "cores": str(os.cpu_count()),
        "processor": _value("/proc/cpuinfo", "model name"),
        "memory": f"{int(_value('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": _python(),
        "java": _first_line("java", "-version"),
        "node": _first_line("node", "--version"),
        "wrk": " ".join(_first_line("wrk", "-v").split()[:2]),
        "load before": load(),
    }


def _python() -> str:
    """Version, and whether it is the system's; how a Python was built changes its speed."""
    return f"{platform.python_version()} ({'of the system' if sys.base_prefix == '/usr' else 'built apart'})"


def load() -> str:
    """Processes that wanted to run during the last 1, 5 and 15 minutes; ours are among them."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _value(path: str, name: str) -> str:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "unknown")


def _first_line(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "not installed"
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # wrk -v exits with 1
    return next(iter((done.stdout + done.stderr).splitlines()), "unknown").strip()


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all below it."""
    return sum(_resident_kb(one) for one in _tree(pid)) / 1024


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process and all below it have used so far."""
    return sum(_ticks(one) for one in _tree(pid)) / _TICKS_PER_S


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:  # grows while it is read: children of children come too
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _resident_kb(pid: int) -> int:
    return int(_value(f"/proc/{pid}/status", "VmRSS").split()[0])


def _ticks(pid: int) -> int:
    """User and system time; the name of the program, which comes before, may hold spaces."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
