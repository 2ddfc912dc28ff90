"""Running commands beside each other, and what the figures mean: samples, medians, spreads, the machine."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
MIGRATE = str(Path(sys.executable).with_name("migrate"))
PYTHON = sys.executable
LAUNCH = Path(__file__).with_name("launch.py")
_PACKAGES = ("ansible-core", "ansible-runner", "click", "dbos", "jinja2", "openpyxl", "openstacksdk", "ortools")


class Unready(Exception):
    """A part's prerequisite is missing; the text says which and how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run cost. `values` holds what the part itself counted, by name with its unit."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    values: Mapping[str, float] = field(default_factory=dict)
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one contender.

    Attributes:
        what: what was done.
        who: who did it: the tool's command, or a baseline.
        figure: name of the figure with its unit.
        runs: its value in every run, in order.
        ratio: name of the baseline that `ratios` compare with; empty for a baseline.
        ratios: run by run, ours divided by the baseline's of the same round.
    """

    what: str
    who: str
    figure: str
    runs: tuple[float, ...]
    ratio: str = ""
    ratios: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part's answer: how it was measured, and its rows."""

    name: str
    title: str
    method: str
    rows: tuple[Row, ...]


Contender = Callable[[], Sample]


def run(command: Sequence[str], *, codes: Sequence[int] = (0,), environ: Mapping[str, str] | None = None) -> Sample:
    """Run a command to its end and return what it and its descendants cost; peak memory is its largest process's.

    Raises:
        RuntimeError: it ended with another exit code.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report, out, log = (Path(folder) / name for name in ("report", "out", "log"))
        with out.open("wb") as stdout, log.open("wb") as stderr:
            subprocess.run(
                [PYTHON, "-I", "-S", str(LAUNCH), str(report), *command],
                check=True,
                cwd=REPO,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                # With compiled code, as it is installed, also where this shell forbids to write any.
                env={
                    **os.environ,
                    "LC_ALL": "C.UTF-8",
                    "PYTHONPATH": str(REPO),
                    "PYTHONDONTWRITEBYTECODE": "",
                    **(environ or {}),
                },
            )
        told = json.loads(report.read_text())
        output = out.read_text(errors="replace")
        if told["code"] not in codes:
            raise RuntimeError(f"{' '.join(command)}: exit {told['code']}\n{output[-2000:]}\n{log.read_text()[-4000:]}")
    return Sample(
        wall_seconds=told["wall_seconds"],
        cpu_seconds=told["cpu_seconds"],
        peak_mib=told["peak_kib"] / 1024,
        output=output,
    )


def alternate(contenders: Mapping[str, Contender], rounds: int, say: Callable[[str], None]) -> dict[str, list[Sample]]:
    """Run every contender once in each round, the order turned about from round to round."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)
        for name in names if number % 2 == 0 else reversed(names):
            sample = contenders[name]()
            samples[name].append(sample)
            counted = "".join(f", {what} {value:.2f}" for what, value in sample.values.items())
            say(
                f"  {number + 1}/{rounds} {name}: {sample.wall_seconds:.2f} s, CPU {sample.cpu_seconds:.2f} s, "
                f"{sample.peak_mib:.0f} MiB{counted}"
            )
    return samples


FIGURES: Mapping[str, Callable[[Sample], float]] = {
    "wall s": lambda sample: sample.wall_seconds,
    "CPU s": lambda sample: sample.cpu_seconds,
    "peak MiB": lambda sample: sample.peak_mib,
}


def rows(
    what: str, samples: Mapping[str, Sequence[Sample]], figures: Sequence[str] = tuple(FIGURES), *, against: str = ""
) -> list[Row]:
    """Return one row for each figure and contender; every other contender is compared with `against`."""
    made = []
    for figure in figures:
        read = FIGURES.get(figure, partial(_counted, figure))
        base = [read(sample) for sample in samples[against]] if against else []
        for who, found in samples.items():
            values = tuple(read(sample) for sample in found)
            compared = against and who != against
            made.append(
                Row(
                    what=what,
                    who=who,
                    figure=figure,
                    runs=values,
                    ratio=against if compared else "",
                    ratios=tuple(ours / theirs for ours, theirs in zip(values, base, strict=True)) if compared else (),
                )
            )
    return made


def _counted(figure: str, sample: Sample) -> float:
    return sample.values[figure]


def middle(values: Sequence[float]) -> str:
    """Return `median (least–most)`, or the one value there is."""
    ordered = sorted(values)
    text = number(statistics.median(ordered))
    return text if len(ordered) == 1 else f"{text} ({number(ordered[0])}–{number(ordered[-1])})"


def number(value: float) -> str:
    """Return a number in three significant digits or, when it is large, in whole ones."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = next((line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name")), "?")
    return {
        "cores": f"{os.cpu_count()} ({model})",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name))),
        "commit": _commit(),
    }


def load() -> str:
    """Return the load averages over 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def now() -> str:
    """Return the time as it is written into results."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    if shutil.which("git") is None:
        return "?"
    argv = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(argv, cwd=REPO, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "?"
