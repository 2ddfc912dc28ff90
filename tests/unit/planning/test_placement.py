"""Each case is a sentence, its file name: given a row and clouds, this is decided, by these rules and cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.intake.programme import default_rules
from orchestrator.errors import Refused
from orchestrator.model.programme import Programme, Rule, Stage
from orchestrator.planning.classification import classify
from orchestrator.planning.placement import place, place_all
from orchestrator.planning.rules import BUILT_IN
from tests.unit.planning.given import build, listing, programme, rule

CASES = sorted((Path(__file__).parents[2] / "cases" / "placement").glob("*.yaml"))


@cache
def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    case = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert set(case) == {"given", "expect"}, path.name
    return case["given"], case["expect"]


def declared(given: dict[str, Any]) -> Programme:
    made = programme(given.get("clouds"), region_parents=given.get("region_parents", {}))
    kept = tuple(cloud for cloud in made.clouds if cloud.name not in given.get("without", []))
    return replace(made, clouds=kept, rules=(*made.rules, *map(rule, given.get("rules", ()))))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    given, expect = read(path)
    unknown = set(expect) - {
        "disposition", "hold", "reasons", "targets", "flavors", "rules", "cells", "candidates", "without",
    }  # fmt: skip
    assert not unknown
    rows = listing([given["system"]], given.get("servers"))
    (system,) = rows.systems
    today = given.get("today")
    assert today is None or isinstance(today, date)

    placement = place(declared(given), rows, system, today=today)

    assert placement.disposition.value == expect["disposition"]
    assert (placement.hold.value if placement.hold else None) == expect.get("hold")
    assert [reason.code for reason in placement.reasons] == expect.get("reasons", [])
    assert {server: "/".join(target) for server, target in placement.targets.items()} == expect.get("targets", {})
    assert dict(placement.flavors) == expect.get("flavors", dict(placement.flavors))
    rules = [decision.rule for decision in placement.decisions]
    assert set(expect.get("rules", [])) <= set(rules)
    assert not set(expect.get("without", [])) & set(rules)
    told = " ".join(str(value) for reason in placement.reasons for value in reason.values.values())
    told += " ".join(used.cell for decision in placement.decisions for used in decision.cells)
    for field in expect.get("cells", []):
        assert rows.cell(system.row, field) in told, field
    if "candidates" in expect:
        verdict = classify(declared(given), system, rows, today=today)
        assert [decision.rule for decision in verdict.candidates] == expect["candidates"]


def test_every_rule_has_a_case() -> None:
    named = {name for path in CASES for name in read(path)[1].get("rules", [])}
    named |= {name for path in CASES for name in read(path)[1].get("candidates", [])}
    assert {rule.id for rule in (*default_rules(), *BUILT_IN)} <= named


def test_an_excluded_system_is_counted_and_not_named() -> None:
    rows = listing([{"id": "S-1"}, {"id": "S-2", "networks": ["intranet"]}], classified_count=2)
    found, classified = place_all(programme(), rows)
    assert [system.id for system, _ in found] == ["S-1"]
    assert classified == 3


def test_a_rule_about_an_unknown_field_is_refused() -> None:
    odd = rule({"id": "X", "stage": "gate", "when": {"colour": {"is": "red"}}, "then": {"hold": "block"}})
    with pytest.raises(Refused) as refusal:
        place(programme(rules=(*default_rules(), odd)), listing(), listing().systems[0])
    assert refusal.value.code == "rule.unknown-field"


@pytest.mark.parametrize("stage", [Stage.DISPOSITION, Stage.TARGET])
def test_a_rule_that_decides_nothing_is_refused(stage: Stage) -> None:
    empty = build(Rule, {"id": "X", "stage": stage})
    rows = listing()
    with pytest.raises(Refused) as refusal:
        place(programme(rules=(empty, *default_rules())), rows, rows.systems[0])
    assert refusal.value.code == "rule.incomplete"


@pytest.mark.parametrize("stage", [Stage.DISPOSITION, Stage.TARGET])
def test_a_system_no_rule_speaks_of_is_blocked(stage: Stage) -> None:
    rows = listing()
    kept = tuple(rule for rule in default_rules() if rule.stage is not stage)
    placement = place(programme(rules=kept), rows, rows.systems[0])
    assert placement.hold is not None
    assert [reason.code for reason in placement.reasons] == ["place.no-rule"]
