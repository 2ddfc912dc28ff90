"""What a dry run prints, character by character, in both languages and as JSON."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from orchestrator.checks.readiness import check_batch
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.system import MigrationList
from orchestrator.planning.batches import plan_batch
from orchestrator.planning.classification import classify, classify_all
from orchestrator.planning.placement import place, place_all
from orchestrator.planning.rules import BUILT_IN
from orchestrator.reporting.placement import ClassificationView, ExplainView, PlacementView, RulesView
from orchestrator.reporting.plan import PlanView
from orchestrator.reporting.texts import Lang, Say, has, modules
from orchestrator.reporting.view import View, to_json
from tests.unit.planning.given import as_seen, empty, listing, programme

GOLDEN = Path(__file__).parents[2] / "golden" / "plan"
SCHEMAS = Path(__file__).parents[3] / "orchestrator" / "schemas"


def rows() -> MigrationList:
    """Return a small list with one system of each fate."""
    return listing(
        [
            {"id": "A-01", "name": "档案管理系统", "function": "档案查询"},
            {"id": "A-02", "name": "行政许可平台", "audience": ["public", "unit"]},
            {
                "id": "A-03",
                "name": "旧考勤系统",
                "system_class": "zombie",
                "cleanup_reasons": ["C", "F"],
                "confirmed_by": "责任人003",
                "confirmed_on": date(2026, 11, 2),
            },
            {"id": "A-04", "name": "部门邮件", "category": "mail", "merged_into": "全省统一公务邮件系统"},
            {"id": "A-05", "name": "企业年报", "audience": ["enterprise"], "mlps_level": 0, "due": "2027-02-01"},
            {"id": "A-06", "name": "公示系统", "audience": ["public"], "target_cloud": "administrative"},
            {"id": "A-07", "name": "专网业务", "region": "外区", "deferral": "待验收"},
            {"id": "A-08", "name": "旧投票系统", "system_class": "zombie", "cleanup_reasons": ["E"]},
            {"id": "A-09", "name": "处室邮件", "category": "mail", "merged_into": "全省统一公务邮件系统"},
        ],
        [
            {"id": "A-01-db1", "workload": "postgresql", "openings": ["tcp:5432 from 10.0.0.0/8"], "data_disk_gib": 2},
            {"id": "A-02-web1", "system_id": "A-02", "role": "web", "workload": "nginx", "openings": ["tcp:80"]},
            {"id": "A-02-app1", "system_id": "A-02", "role": "app", "vcpus": 2},
            {"id": "A-05-web1", "system_id": "A-05"},
            {"id": "A-06-web1", "system_id": "A-06"},
            {"id": "A-07-app1", "system_id": "A-07"},
        ],
        [("A-01", "A-03")],
        classified_count=2,
    )


def printed(view: View, lang: Lang) -> str:
    console = Console(file=io.StringIO(), width=100, no_color=True)
    for line in view.lines(Say(lang)):
        console.print(line, soft_wrap=isinstance(line, str), highlight=False, markup=False)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def same(name: str, text: str) -> None:
    """Compare with the golden file; `MIGRATE_GOLDEN=write` writes it, for a person to look at the difference."""
    path = GOLDEN / name
    if os.environ.get("MIGRATE_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def views() -> dict[str, View]:
    made, found = programme(), rows()
    seen = empty(instances=2)
    offline, online = plan_batch(made, found, 1, None), plan_batch(made, found, 1, seen)
    classified, hidden = classify_all(made, found)
    placed, _ = place_all(made, found)
    split = found.systems[1]
    booted = programme({"administrative": {"boot_from": "volume"}})
    server = listing(servers=[{"id": "S-1-db1", "disk_gib": 40, "data_disk_gib": 2}])
    imaged = as_seen(plan_batch(made, listing(servers=[{"id": "S-1-db1", "data_disk_gib": 2}]), 1, None))
    return {
        "offline": PlanView(offline, check_batch(offline, None)),
        "online": PlanView(online, check_batch(online, seen)),
        "boot-volumes": PlanView(plan_batch(booted, server, 1, seen)),
        "boot-differs": PlanView(plan_batch(booted, server, 1, imaged)),
        "classify": ClassificationView([s for s, _ in classified], [v for _, v in classified], hidden),
        "place": PlacementView([s for s, _ in placed], [p for _, p in placed], hidden),
        "explain": ExplainView(split, place(made, found, split), classify(made, split, found)),
        "rules": RulesView(made.rules, BUILT_IN),
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", list(views()))
def test_printed(name: str, lang: Lang) -> None:
    same(f"{name}.{lang}.txt", printed(views()[name], lang))


@pytest.mark.parametrize("name", list(views()))
def test_json(name: str) -> None:
    text = to_json(views()[name].data())
    assert isinstance(json.loads(text), dict)
    same(f"{name}.json", text + "\n")


@pytest.mark.parametrize("name", ["classify", "explain"])
def test_what_programs_read_satisfies_the_shipped_schema(name: str) -> None:
    schema = json.loads((SCHEMAS / "classify.json").read_text("utf-8"))
    found = json.loads(to_json(views()[name].data()))
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(found)] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_code_is_left_without_words(lang: Lang) -> None:
    for name, view in views().items():
        text = printed(view, lang)
        for line in text.splitlines():
            assert not any(f" {word}." in f" {line}" for word in ("plan", "place", "kind", "resource", "hold")), name


def test_every_reason_of_a_rule_has_words() -> None:
    for rule in programme().rules:
        assert has(rule.reason), rule.id
        assert has(f"rule.{rule.id}"), rule.id
    for rule in BUILT_IN:
        assert has(rule.reason), rule.id
        assert has(f"rule.{rule.id}"), rule.id
    assert {"place", "plan", "rule", "help_plan"} <= set(modules())


def test_a_hostile_name_cannot_command_the_terminal() -> None:
    hostile = listing([{"name": "\x1b[2J[red]x[/red]\u202e", "unit": "甲局"}])
    text = printed(PlanView(plan_batch(programme(), hostile, 1, None)), "en")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]x[/red]" in text


def test_a_finished_batch_says_so_in_one_line_each() -> None:
    made, found = programme(), listing([{"id": "A-01"}])
    seen = as_seen(plan_batch(made, found, 1, None))
    plan = plan_batch(made, found, 1, seen)
    text = printed(PlanView(plan, check_batch(plan, seen)), "en")
    assert "= A-01" in text
    assert "Nothing more is needed" in text
    assert "+ " not in text


def test_an_unknown_verdict_is_not_shown_as_a_failure() -> None:
    check = CheckResult(code="plan.cloud-seen", status=CheckStatus.UNKNOWN, subject="administrative")
    text = printed(PlanView(plan_batch(programme(), listing(), 1, None), (check,)), "en")
    assert "unknown  cloud administrative was not seen" in text
    assert "FAIL" not in text


def test_a_large_batch_counts_its_objects() -> None:
    found = listing([{"id": f"A-{number:03}"} for number in range(201)])
    plan = plan_batch(programme(), found, 1, None)
    text = printed(PlanView(plan), "en")
    assert "    + key pair 1 · security group 1 · port 1 · server 1" in text
    assert "More than 200 systems" in text
    assert len(text.splitlines()) < 3 * len(plan.systems)
