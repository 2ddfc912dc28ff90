"""Reading, planning and rendering a long list, offline, and telling of it, by the real commands."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import MIGRATE, PYTHON, Part, Row, Sample, alternate, rows, run
from benchmarks.programmes import unit_name, write_programme

NAME = "lists"
NEEDS = "nothing"

READ_ONLY = "openpyxl, read-only, checks nothing"
WHOLE = "openpyxl, whole workbook, checks nothing"
LOOP = "a bare jinja2 loop, checks nothing"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Measure `list check`, `batch --dry-run --offline`, `render` and `status` on one workbook."""
    count, rounds = (1_000, 1) if quick else (10_000, 3)
    made: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-lists-") as temporary:
        units = max(10, count // 20)
        everyone = {"title": "全部", "units": [unit_name(number) for number in range(1, units + 1)]}
        folder = write_programme(Path(temporary) / "programme", count, units=units, declared={"batches": {1: everyone}})
        workbook, out = folder / "migration-list.xlsx", Path(temporary) / "out"
        migrate = [MIGRATE, "-C", str(folder)]

        def naive(name: str, *arguments: str) -> Sample:
            return run([PYTHON, "-m", f"benchmarks.naive.{name}", str(workbook), *arguments])

        def into_new_folder(command: Callable[[], Sample]) -> Callable[[], Sample]:
            def fresh() -> Sample:
                shutil.rmtree(out, ignore_errors=True)
                return command()

            return fresh

        reading = {
            "migrate list check": lambda: run([*migrate, "list", "check", "-o", "json"]),
            READ_ONLY: lambda: naive("read_workbook", "read-only"),
            WHOLE: lambda: naive("read_workbook", "whole"),
        }

        def rendered() -> Sample:
            sample = run([*migrate, "render", "1", "--out", str(out), "-o", "json"])
            found = len(json.loads((out / "index.json").read_text())["systems"])
            if found != count:  # a system that is held back would cost nothing and make the figures look good
                raise RuntimeError(f"{found} of {count} systems were rendered")
            return sample

        planning = {"migrate batch 1 --dry-run --offline": lambda: run(
            [*migrate, "batch", "1", "--dry-run", "--offline", "-o", "json"])}  # fmt: skip
        rendering = {
            "migrate render 1": into_new_folder(rendered),
            LOOP: into_new_folder(lambda: naive("render_loop", str(out))),
        }
        for what, contenders, against in (
            ("read and check", reading, READ_ONLY),
            ("plan", planning, ""),
            ("render", rendering, LOOP),
        ):
            say(what)
            made += rows(what, alternate(contenders, rounds, say), against=against)
        say("status")
        (folder / ".migrate").mkdir(mode=0o700)
        run([*migrate, "list", "check", "-o", "json"])
        asking = {"migrate status 1": lambda: run([*migrate, "status", "1", "-o", "json"])}
        made += rows("tell how a batch stands", alternate(asking, rounds, say), against="")
    return Part(
        name=NAME,
        title=f"A list of {count:,} systems",
        method=(
            f"One workbook (26 columns, {count:,} systems, about {int(count * 1.6):,} servers, {count // 3:,} "
            "dependencies, one batch of all). Each command is a process of its own from start to exit; contenders of "
            f"one table alternate, {rounds} run(s) each. Rendering goes into a new folder every time, four files a "
            "system. The status is asked where there is a state folder, after a command has read the list and before "
            "anything was run. The baselines read the same workbook and check nothing of it; the loop renders the same "
            "templates."
        ),
        rows=tuple(made),
    )
