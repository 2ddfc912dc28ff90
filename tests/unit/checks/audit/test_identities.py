"""What must hold of every census, and what breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestrator.checks.audit.comparison import compare
from orchestrator.checks.audit.identities import PARTS, check_identities, partition
from orchestrator.checks.audit.subjects import AUDITS, check_audit, check_published
from orchestrator.model.census import Census
from orchestrator.model.figures import Completion
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
    assert total.value == sum(part.value or 0 for part in parts)
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


def test_a_batch_that_only_the_programme_says_counts_as_one_on_the_list() -> None:
    ask = question("yantai")
    listing = ask.census.listing
    blank = tuple(replace(one, batch=None) for one in listing.systems)
    bare = replace(ask, census=replace(ask.census, listing=replace(listing, systems=blank)))
    told = {one.id: one for one in check_published(ask)}
    again = {one.id: one for one in check_published(bare)}
    assert {id_: again[id_] for id_ in ("YT-10", "YT-11")} == {id_: told[id_] for id_ in ("YT-10", "YT-11")}
    # One of a unit's systems is listed for another batch than the decree gives the rest.
    number = next(index for index, one in enumerate(listing.systems) if one.batch == 1)
    astray = (*blank[:number], replace(blank[number], batch=2), *blank[number + 1 :])
    census = replace(ask.census, listing=replace(listing, systems=astray))
    (found,) = check_identities(census, ask.definitions.batches)
    assert (found.code, found.values) == ("audit.unit-in-batches", {"batches": "1, 2"})


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
    versioned = replace(old, definitions=replace(old.definitions, formulas={"room": 2}))
    assert [change.formula for change in compare(old, versioned).changes if change.definition] == ["room"]


ROOMS = {"room", "department", "rack", "area", "cost", "room+exempt", "room+classified", "room+exempt+classified"}
# Of Weihai's eight districts, of which six have a room on the list.
OF_DISTRICTS = {"district.plan", *(f"district.cloud:威海区市{number}" for number in range(1, 9))}
OF_DISTRICTS |= {f"district.room:威海区市{number}" for number in range(1, 7)}
OF_THE_CLOUD = {"capacity.racks", "capacity.allocated", "capacity.used"}


@pytest.mark.parametrize(
    ("rule", "told", "redefined"),
    [
        (
            {"completion": Completion.ACCEPTED},
            ("cut-over", "accepted"),
            {
                "system",
                "cloud.nested",
                "cloud.additive",
                "cloud.in-use",
                *(name for name in OF_DISTRICTS if name.startswith("district.cloud")),
            },
        ),
        (
            {"baseline": None},
            ("2017-11-01", "—"),
            ROOMS
            | {"spend.om-released", "capacity.racks-to-come"}
            | {name for name in OF_DISTRICTS if name.startswith("district.room")},
        ),
    ],
)
def test_a_changed_rule_redefines_the_rates_that_use_it_and_no_other(
    rule: dict[str, Any], told: tuple[str, str], redefined: set[str]
) -> None:
    old = question("weihai")
    rules = replace(old.definitions.rules, **rule)
    found = compare(old, replace(old, definitions=replace(old.definitions, rules=rules)))
    assert found.definitions == {next(iter(rule)): told}
    assert {change.formula for change in found.changes if change.definition} == redefined


def test_another_level_redefines_all_but_the_ledger_and_the_projects() -> None:
    old = question("weihai")
    rules = replace(old.definitions.rules, level=None)
    found = compare(old, replace(old, level=None, definitions=replace(old.definitions, rules=rules)))
    assert found.definitions == {"level": ("city", "all")}
    same = {change.formula for change in found.changes if not change.definition}
    assert same == {
        "ledger.complete", "ledger.on-time", "ledger.overdue", "ledger.node:2018-12-31", "spend.stopped",
        "spend.audited",
        *OF_DISTRICTS, *OF_THE_CLOUD,
    }  # fmt: skip


def test_what_has_no_day_is_said_to_be_as_the_list_has_it() -> None:
    ask = replace(question("weihai"), at=date(2017, 11, 2))
    told = "audit.assumption.status-undated:2018-08-31"
    audits = [check_audit(subject, ask) for subject in AUDITS]
    marked = {one.formula for audit in audits for one in audit.ratios if told in one.assumptions}
    dated = {one.formula for audit in audits for one in audit.ratios} - marked
    assert dated == {
        "room", "department", "room+exempt", "room+classified", "room+exempt+classified",
        "network.consolidated", "network.connected", "egress.closed",
        "ledger.complete", "ledger.on-time", "ledger.overdue", "ledger.node:2018-12-31", "spend.audited",
        "spend.kept-shut", "website.moved", "website.closed", "issue.closed", "issue.in-time",
        *(name for name in OF_DISTRICTS if not name.startswith("district.cloud")),
    }  # fmt: skip
    amounts = {one.name for audit in audits for one in audit.amounts if told not in one.assumptions}
    assert amounts == {"spend.build", "spend.fee"}
    own = [check_audit(subject, question("weihai")) for subject in AUDITS]
    assert not any("undated" in code for audit in own for one in audit.ratios for code in one.assumptions)


@pytest.mark.parametrize(
    ("sheet", "row", "subjects"),
    [
        ("rooms", "WH-R-50", {"rooms", "spend"}),
        ("systems", "WH-S-0002", {"rooms", "cloud-rate", "census", "closures", "dr", "spend", "connections"}),
        ("networks", "WH-N-01", {"networks", "spend"}),
    ],
)
def test_a_row_without_a_level_is_told_wherever_it_is_missing(sheet: str, row: str, subjects: set[str]) -> None:
    ask = question("weihai")
    blank = replace(ask, census=mutated(ask.census, sheet, row, {"set": {"unit_level": None}}))
    found = {subject: check_audit(subject, blank) for subject in AUDITS}
    told = {
        subject
        for subject, audit in found.items()
        if ("audit.no-level", row) in {(one.code, one.subject) for one in audit.findings}
    }
    assert told == subjects
    for subject in subjects - {"closures", "census"}:
        assert any(
            (one.id, one.reason) == (row, "audit.excluded.no-level")
            for ratio in found[subject].ratios
            for one in ratio.excluded
        )
    whole = replace(blank, level=None)
    assert not any(one.code == "audit.no-level" for subject in AUDITS for one in check_audit(subject, whole).findings)
