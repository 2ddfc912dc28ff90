"""Writing the documents that people sign and work from: the cutover plan of a batch of 10,000 systems."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import MIGRATE, Part, Sample, alternate, rows, run
from benchmarks.programmes import unit_name, write_programme

NAME = "documents"
NEEDS = "nothing"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Measure `migrate cutover-plan` with both of its files, and without any."""
    count, rounds = (500, 1) if quick else (10_000, 3)
    units = max(10, count * 3 // 100)
    declared = {
        "batches": {1: {"deadline": "2028-12-31", "units": [unit_name(number) for number in range(1, units + 1)]}},
        "schedule": {
            "start": "2027-01-04",
            "window": {"long_hours": 12},
            "people": {"on_duty": 120},
            "per_window": {"servers": 400, "data_gib": 30_000},
            "clusters": "ordered",
        },
    }
    with tempfile.TemporaryDirectory(prefix="bench-documents-") as temporary:
        folder = write_programme(Path(temporary) / "programme", count, units=units, declared=declared)
        command, plan = [MIGRATE, "-C", str(folder)], str(folder / "schedule.yaml")
        run([*command, "plan", "--solver", "greedy", "--out", plan])

        def written(*arguments: str) -> Sample:
            sample = run([*command, "cutover-plan", "--batch", "1", *arguments, "-o", "json"])
            nights = json.loads(sample.output)["plan"]["nights"]
            if sum(len(night["systems"]) for night in nights) != count:  # who is left out costs nothing
                raise RuntimeError("not every system is in the cutover plan")
            return replace(sample, output="")

        contenders = {
            "migrate cutover-plan, HTML and docx": lambda: written("--out", str(Path(temporary) / "out")),
            "migrate cutover-plan, nothing written": lambda: written(),
        }
        found = rows("one batch", alternate(contenders, rounds, say))
    return Part(
        name=NAME,
        title=f"The cutover plan of {count:,} systems",
        method=(
            f"One batch of {units} units; reading and checking the list and the plan file included, with `-o json`. "
            f"{rounds} run(s) each."
        ),
        rows=tuple(found),
    )
