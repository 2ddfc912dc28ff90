"""How long the command takes to start."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.measure import MIGRATE, PYTHON, Part, alternate, rows, run

NAME = "start"
NEEDS = "nothing"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Compare `migrate --help` with a Python that imports Click and does nothing."""
    baseline = "python -c 'import click'"
    rounds = 5 if quick else 31
    run([MIGRATE, "--help"])  # once unmeasured, so that compiled modules are there
    samples = alternate(
        {
            "migrate --help": lambda: run([MIGRATE, "--help"]),
            baseline: lambda: run([PYTHON, "-c", "import click"]),
        },
        rounds,
        say,
    )
    return Part(
        name=NAME,
        title="Start of the command line",
        method=f"Alternating, {rounds} runs each after one that is not counted.",
        rows=tuple(rows("start", samples, against=baseline)),
    )
