"""Planning batches and cutover nights: a published city and generated programmes, greedy and with CP-SAT."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import yaml

from benchmarks.measure import MIGRATE, Part, Row, Sample, alternate, rows, run
from benchmarks.programmes import unit_name, write_programme
from orchestrator.errors import ExitCode

NAME = "plans"
NEEDS = "nothing; CP-SAT is compared where ortools is installed"

_FREEZES = [{"from": "2027-03-03", "to": "2027-03-20", "name": "全国两会"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One programme to plan; `make` writes it into a new folder."""

    what: str
    make: Callable[[Path], object]
    solvers: tuple[str, ...]
    seconds: int = 20


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Measure `migrate plan` on each programme with each solver."""
    better = ("cpsat",) if find_spec("ortools") else ()
    if not better:
        say("  ortools is not installed: greedy only")
    many = 5_000 if quick else 100_000
    cases = (
        Case(what="seeds/yantai, 516 systems", make=yantai, solvers=("greedy", *better)),
        Case(what="generated, 2,000 systems", make=province, solvers=("greedy", *better), seconds=30),
        Case(what=f"generated, {many:,} systems", make=lambda folder: country(folder, many), solvers=("greedy",)),
    )
    rounds = 1 if quick else 3
    made: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-plans-") as temporary:
        for number, case in enumerate(cases):
            say(case.what)
            folder = Path(temporary) / f"p{number}"
            case.make(folder)
            contenders = {
                f"migrate plan --solver {solver}": _planner(folder, solver, 5 if quick else case.seconds)
                for solver in case.solvers
            }
            samples = alternate(contenders, rounds, say)
            for who, found in samples.items():
                figures = ("wall s", "CPU s", "peak MiB", *found[0].values)
                made += rows(case.what, {who: found}, figures)
    return Part(
        name=NAME,
        title="Planning batches and cutover nights",
        method=(
            "`migrate plan -o json`, reading and checking the list included. *Gap* is how far the plan may be from the "
            "best one, as a share of its own value: (value - proven lower bound) / value; the bound is proven by the "
            f"solver named or by counting. {rounds} run(s) each; CP-SAT is given a time limit "
            f"({'5 s' if quick else '20 s, 30 s for 2,000 systems'}) and stops there."
        ),
        rows=tuple(made),
    )


def _planner(folder: Path, solver: str, seconds: int) -> Callable[[], Sample]:
    command = [MIGRATE, "-C", str(folder), "plan", "--solver", solver, "--seconds", str(seconds), "-o", "json"]

    def planned() -> Sample:
        sample = run(command, codes=(ExitCode.DONE, ExitCode.REFUSED))
        told = json.loads(sample.output)
        if "goals" not in told:
            conflicts = [conflict["code"] for conflict in told["conflicts"]]
            raise RuntimeError(f"there is no plan: {', '.join(conflicts)}")
        values: dict[str, float] = {"held back": len(told["held"]), "nights": len(told["windows"])}
        for goal in told["goals"]:
            values[f"{goal['name']}: value"] = goal["value"]
            values[f"{goal['name']}: gap"] = goal["gap"] or 0.0
        return replace(sample, output="", values=values)

    return planned


def yantai(folder: Path) -> None:
    """Copy the seed; where it declares no schedule, it gets one as its first batch may have had."""
    run([MIGRATE, "init", str(folder), "--from", "yantai"])
    path = folder / "programme.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    declared.setdefault(
        "schedule",
        {
            "start": "2017-12-22",
            "window": {"long_hours": 12},
            "people": {"on_duty": 10},
            "per_window": {"systems": 20, "servers": 40, "data_gib": 4000},
            "clusters": "ordered",
            "freezes": [
                {"from": "2018-01-23", "to": "2018-01-31", "name": "省两会"},
                {"from": "2018-03-03", "to": "2018-03-20", "name": "全国两会"},
            ],
        },
    )
    path.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")


def province(folder: Path) -> None:
    """Write 2,000 systems of 180 units, 40 of them in the first batch by decree."""
    deadlines = ("2027-04-30", "2027-07-31", "2027-10-31", "2027-12-31")
    batches: dict[int, dict[str, object]] = {n: {"deadline": day} for n, day in enumerate(deadlines, start=1)}
    batches[1]["units"] = [unit_name(number) for number in range(1, 41)]
    schedule = _schedule(on_duty=24, systems=40, servers=80, data_gib=9000)
    write_programme(folder, 2_000, units=180, declared={"batches": batches, "schedule": schedule})


def country(folder: Path, count: int) -> None:
    """Write a programme far larger than any, over three years."""
    batches = {number: {"deadline": f"{2026 + number}-12-31"} for number in (1, 2, 3)}
    schedule = _schedule(on_duty=400, servers=1200, data_gib=60_000)
    write_programme(folder, count, units=max(30, count * 3 // 100), declared={"batches": batches, "schedule": schedule})


def _schedule(*, on_duty: int, **limits: int) -> Mapping[str, object]:
    return {
        "start": "2027-01-04",
        "window": {"long_hours": 12},
        "people": {"on_duty": on_duty},
        "per_window": limits,
        "clusters": "ordered",
        "freezes": _FREEZES,
    }
