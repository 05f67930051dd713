"""The machine of a benchmark, and its use by a process tree."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def described() -> dict[str, str]:
    """Describe the machine and the programs of a run for the report."""
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
    """Return version and origin of Python; its build changes its speed."""
    return f"{platform.python_version()} ({'of the system' if sys.base_prefix == '/usr' else 'built apart'})"


def load() -> str:
    """Return the load averages of the last 1, 5 and 15 minutes."""
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
    """Return the processor time in seconds of a process and its descendants."""
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
    """Read user and system time; the program name before may hold spaces."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
