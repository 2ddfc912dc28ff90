"""What must hold of every census, and what breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestrator.checks.audits import AUDITS, check_audit, compare
from orchestrator.checks.identities import PARTS, check_identities, partition
from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, Completion
from orchestrator.model.programme import Batch
from orchestrator.model.system import Category, Disposition, MigrationList, Row, Secrecy, Status, System, SystemClass
from tests.unit.seeds.regions import REGIONS, mutated, question

ROW = Row(file="x.csv", sheet="", number=2)


def system(id_: str, **more: Any) -> System:
    return System(id=id_, unit=more.pop("unit", "甲局"), name=id_, row=ROW, secrecy=Secrecy.UNCLASSIFIED, **more)


@pytest.mark.parametrize("region", REGIONS)
def test_every_census_is_the_sum_of_its_parts(region: str) -> None:
    ask = question(region)
    total, *parts = partition(ask.census)
    assert total.value == sum(part.value for part in parts)
    assert [part.name for part in parts] == [f"census.{part}" for part in PARTS]
    assert [*check_identities(ask.census, ask.definitions.batches)] == []


@pytest.mark.parametrize(
    ("disposition", "status"),
    [
        (Disposition.RETIRE, Status.ACCEPTED),
        (Disposition.RETIRE, Status.MERGED),
        (Disposition.MERGE, Status.RETIRED),
        (Disposition.MIGRATE, Status.RETIRED),
        (Disposition.RETAIN, Status.CUT_OVER),
        (None, Status.REVIEWED),
    ],
)
def test_no_system_is_in_two_states_or_in_none(disposition: Disposition | None, status: Status) -> None:
    census = Census(listing=MigrationList(systems=(system("a", disposition=disposition, status=status),)))
    assert [one.code for one in check_identities(census)] == ["audit.two-states"]


def test_a_unit_is_in_exactly_one_batch_and_in_the_decreed_one() -> None:
    moving: dict[str, Any] = {"disposition": Disposition.MIGRATE}
    systems = (
        system("a", batch=1, **moving),
        system("b", batch=2, **moving),
        system("c", unit="乙局", batch=2, **moving),
        system("d", unit="丙局", batch=1, **moving),
    )
    batches = (Batch(number=1, units=("乙局", "丙局")), Batch(number=2))
    found = check_identities(Census(listing=MigrationList(systems=systems)), batches)
    assert [(one.code, one.subject) for one in found] == [
        ("audit.unit-other-batch", "乙局"),
        ("audit.unit-in-batches", "甲局"),
    ]


def test_the_identities_of_the_regions() -> None:
    yantai, weihai, shandong = (question(region).census for region in ("yantai", "weihai", "shandong"))
    doubles = [one for one in yantai.listing.systems if one.system_class in {SystemClass.ZOMBIE, SystemClass.SHADOW}]
    moving = [one for one in yantai.listing.systems if one.disposition is Disposition.MIGRATE]
    assert {one.id for one in doubles}.isdisjoint(one.id for one in moving)
    first = {one.unit for one in moving if one.batch == 1}
    assert len(first) == 26
    assert first < {one.unit for one in moving}
    city = [one for one in weihai.listing.systems if one.unit_level == "city"]
    assert 13 + 52 <= len(city) <= len(weihai.listing.systems)
    mail = [one for one in shandong.listing.systems if one.category is Category.MAIL]
    assert len(mail) == 40
    assert {one.merged_into for one in mail} == {"全省统一公务邮件系统"}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("subject", AUDITS)
def test_every_audit_answers_and_can_show_what_it_counted(region: str, subject: str) -> None:
    audit = check_audit(subject, question(region))
    for ratio in audit.ratios:
        assert set(ratio.counted) <= set(ratio.scope)
        assert not set(ratio.scope) & {one.id for one in ratio.excluded}
        if ratio.unit != "department":
            assert {*ratio.scope, *(one.id for one in ratio.excluded)} <= audit.rows.keys()
        if ratio.unit in {"room", "system", "network", "egress", "task", "department", "project"}:
            assert len(ratio.counted) == ratio.numerator
            assert len(ratio.scope) + ratio.classified == ratio.denominator


def test_a_comparison_tells_changed_definitions_from_changed_rows() -> None:
    old = question("weihai")
    same = compare(old, old)
    assert not same.definitions
    assert not any(change.definition or change.entered or change.left for change in same.changes)
    reopened = mutated(old.census, "rooms", "WH-R-06", {"set": {"kind": "cloud-centre"}})
    moved = compare(old, replace(old, census=reopened, at=date(2018, 9, 30)))
    rooms = next(change for change in moved.changes if change.formula == "room")
    assert (rooms.left, rooms.entered, rooms.definition) == (("WH-R-06",), (), False)
    stricter = replace(old.definitions, rules=AuditRules(level=old.level, completion=Completion.ACCEPTED))
    defined = compare(old, replace(old, definitions=stricter))
    assert defined.definitions.keys() == {"baseline", "completion"}
    assert all(change.definition for change in defined.changes)
    versioned = replace(old, definitions=replace(old.definitions, formulas={"room": 2}))
    assert [change.formula for change in compare(old, versioned).changes if change.definition] == ["room"]
