"""Candidates are not verdicts; a verdict has criteria, a person and a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchestrator.checks.audit.verdicts import check_verdicts, count_classes, rate_verdicts
from orchestrator.model.census import Census
from orchestrator.model.system import Disposition, MigrationList, Row, Secrecy, System, SystemClass
from tests.unit.seeds.regions import question

SIGNED: dict[str, Any] = {
    "cleanup_reasons": frozenset("AC"), "confirmed_by": "责任人001", "confirmed_on": date(2018, 1, 5)
}  # fmt: skip


def listed(**more: Any) -> Census:
    system = System(
        id="a", unit="u", name="a", row=Row(file="x", sheet="", number=2), secrecy=Secrecy.UNCLASSIFIED, **more
    )
    return Census(listing=MigrationList(systems=(system,)))


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"system_class": SystemClass.ZOMBIE, **SIGNED}, []),
        ({"system_class": SystemClass.ZOMBIE, **SIGNED, "confirmed_by": ""}, ["unconfirmed"]),
        ({"system_class": SystemClass.ZOMBIE, **SIGNED, "confirmed_on": None}, ["unconfirmed"]),
        ({"system_class": SystemClass.ZOMBIE, **SIGNED, "cleanup_reasons": frozenset()}, ["no-criteria"]),
        ({"system_class": SystemClass.ZOMBIE, **SIGNED, "seasonal": True}, ["seasonal"]),
        ({"system_class": SystemClass.SHADOW, **SIGNED}, ["no-target"]),
        ({"system_class": SystemClass.SHADOW, **SIGNED, "merged_into": "平台"}, []),
        ({"system_class": SystemClass.SHADOW, **SIGNED, "disposition": Disposition.RETIRE}, []),
        ({"system_class": SystemClass.ISLAND}, ["island"]),
        ({"system_class": SystemClass.ISLAND, "exchange": True}, []),
        ({"candidate_class": SystemClass.ZOMBIE}, []),
    ],
)
def test_findings(more: dict[str, Any], codes: list[str]) -> None:
    found = [one.code.removeprefix("audit.verdict-") for one in check_verdicts(listed(**more), None)]
    assert found == codes


def test_what_was_judged_otherwise_after_the_census_is_listed_with_who_decided() -> None:
    census = listed(candidate_class=SystemClass.ZOMBIE, seasonal=True, **SIGNED)
    ids = {amount.name: amount.ids for amount in count_classes(census, None)}
    assert (ids["verdict.changed"], ids["verdict.seasonal"], ids["verdict.zombie"]) == (("a",), ("a",), ())
    ask = question("weihai")
    (changed,) = (one for one in count_classes(ask.census, ask.level) if one.name == "verdict.changed")
    assert "WH-S-0001" in changed.ids
    assert ask.listed["WH-S-0001"].decided.startswith("责任人")


def test_yantais_59_are_candidates_until_confirmed_and_weihais_65_are_confirmed() -> None:
    found = {
        region: [f"{ratio.numerator}/{ratio.denominator}" for ratio in rate_verdicts(question(region).census, None)]
        for region in ("yantai", "weihai")
    }
    assert found == {"yantai": ["0/59", "59/59"], "weihai": ["65/65", "65/65"]}
