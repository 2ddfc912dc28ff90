"""What was found of replicas: for people, for programs, one line for Nagios, metrics for Prometheus."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.checks.replicas.system import rate_coverage
from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.observed import Seen
from orchestrator.model.recovering import CheckedReplica, CheckedSystem
from orchestrator.model.replica import Aspect, Policy, ReplicaKind
from orchestrator.model.result import CheckStatus
from orchestrator.reporting.replicas import ReplicasView
from orchestrator.reporting.texts import Say
from orchestrator.reporting.view import to_json
from tests.unit.checks.test_replicas import TARGET, good, system

AT = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


def checked(name: str, status: CheckStatus, seconds: float | None = 2.5) -> CheckedSystem:
    results = (
        verdict(Aspect.EXISTENCE, "there", CheckStatus.PASS, name, address="10.0.0.2"),
        verdict(Aspect.FRESHNESS, "stale" if status is CheckStatus.FAIL else "fresh", status, name),
    )
    replica = CheckedReplica(kind=ReplicaKind.FILES, address="10.0.0.2", results=results, seconds=seconds)
    return CheckedSystem(system=name, policy=Policy(rpo=timedelta(minutes=30)), status=status, replicas=(replica,))


def view(*systems: CheckedSystem) -> ReplicasView:
    return ReplicasView(programme="p", at=AT, systems=systems, coverage=rate_coverage(systems))


def shown(found: ReplicasView, lang: str = "en") -> str:
    from io import StringIO

    from rich.console import Console

    said = StringIO()
    console = Console(file=said, width=200)
    for line in found.lines(Say("zh" if lang == "zh" else "en")):
        console.print(line)
    return said.getvalue()


@pytest.mark.parametrize(
    ("statuses", "code", "word"),
    [
        ([CheckStatus.PASS], 0, "OK"),
        ([CheckStatus.PASS, CheckStatus.UNKNOWN], 3, "UNKNOWN"),
        ([CheckStatus.UNKNOWN, CheckStatus.ERROR], 3, "UNKNOWN"),
        ([CheckStatus.UNKNOWN, CheckStatus.FAIL], 2, "CRITICAL"),
    ],
)
def test_nagios_hears_one_line_and_the_plugins_code(statuses: list[CheckStatus], code: int, word: str) -> None:
    found = view(*(checked(f"S|{number}", status) for number, status in enumerate(statuses)))
    line = found.nagios(Say("en"))
    assert line.startswith(f"MIGRATE DR {word} - ")
    assert line.count("|") == 1
    assert line.endswith(" drilled=0")
    assert found.nagios_code == code


def test_metrics_hold_no_sample_of_what_nobody_knows_and_no_label_breaks_out() -> None:
    hostile = checked('S"} 1\nevil{x="\\', CheckStatus.UNKNOWN, None)
    lines = view(checked("S-1", CheckStatus.FAIL), hostile).prometheus().splitlines()
    assert 'migrate_dr_loss_seconds{programme="p",system="S-1",kind="files",replica="0:10.0.0.2"} 2.5' in lines
    assert [line for line in lines if line.startswith("migrate_dr_loss_seconds{")] == [lines[_at(lines, "loss")]]
    assert all(line.startswith(("#", "migrate_dr_")) for line in lines)
    assert 'migrate_dr_systems{programme="p",set="needing"} 2' in lines
    assert len({line.rsplit(" ", 1)[0] for line in lines}) == len(lines)


def _at(lines: list[str], name: str) -> int:
    return next(number for number, line in enumerate(lines) if line.startswith(f"migrate_dr_{name}_seconds{{"))


def test_programs_get_every_verdict() -> None:
    answer = json.loads(to_json(view(checked("S-1", CheckStatus.FAIL)).data()))
    assert answer["right"] is False
    assert answer["counts"] == {"pass": 0, "fail": 1, "unknown": 0, "error": 0}
    assert answer["systems"][0]["policy"]["rpo"] == 1800
    assert answer["systems"][0]["replicas"][0]["results"][1]["code"] == "dr.freshness.stale"


def test_people_are_told_causes_and_not_their_echoes() -> None:
    silent = replace(good(), target=Seen(at=0, took=0, fault="session.late"))
    said = shown(view(system("S-1", silent)))
    assert said.count("→") == 2  # the silent end, and the drill that nobody held
    assert "no answer in time" in said
    promoted = replace(good(), target=Seen(at=0, took=0, cluster=replace(TARGET, recovery=False)))
    said = shown(view(system("S-1", promoted)))
    assert "promoted" in said
    assert "cannot be compared" not in said
    assert json.loads(to_json(view(system("S-1", promoted)).data()))["systems"][0]["replicas"][0]["results"][2]["code"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hundreds_are_told_by_what_is_wrong(lang: str) -> None:
    few = shown(view(*(checked(f"S-{number}", CheckStatus.FAIL) for number in range(3))), lang)
    assert few.count("→") == 3
    many = shown(view(*(checked(f"S-{number}", CheckStatus.FAIL) for number in range(300))), lang)
    assert many.count("→") == 1
    assert "300" in many
    assert "S-299" in many  # its row
