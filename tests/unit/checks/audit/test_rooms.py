"""The consolidation ratio in every case that has been argued about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchestrator.checks.audit.consolidation import FORMULAS, VARIANTS, rate_rooms
from orchestrator.checks.audit.rooms import check_rooms, survey
from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, Ratio
from orchestrator.model.system import (
    Disposition,
    MigrationList,
    Room,
    RoomKind,
    RoomState,
    Row,
    Secrecy,
    Status,
    System,
    UnitLevel,
)
from tests.unit.seeds.regions import question

AT = date(2018, 8, 31)
RULES = AuditRules(baseline=date(2017, 11, 1))
ROW = Row(file="rooms.csv", sheet="", number=2)


def room(id_: str, **more: Any) -> Room:
    filled: dict[str, Any] = {"unit": f"unit-{id_}", "unit_level": UnitLevel.CITY, "state": RoomState.IN_USE, **more}
    return Room(id=id_, name=id_, row=ROW, **filled)


def closed(id_: str, **more: Any) -> Room:
    gone: dict[str, Any] = {"state": RoomState.CLOSED, "closed_on": date(2018, 3, 1), "evidence": "E", **more}
    return room(id_, **gone)


def rate(formula: str, *rooms: Room, at: date = AT, classified: int = 0) -> Ratio:
    census = Census(listing=MigrationList(rooms=rooms), classified_rooms=classified)
    (ratio,) = rate_rooms(census, RULES, at, UnitLevel.CITY, (formula,))
    return ratio


def fraction(ratio: Ratio) -> str:
    return f"{ratio.numerator}/{ratio.denominator}"


def why(ratio: Ratio) -> dict[str, str]:
    return {one.id: one.reason.rpartition(".")[2] for one in ratio.excluded}


def test_a_partly_emptied_room_is_not_closed() -> None:
    half = room("b", state=RoomState.PARTLY, racks=10, racks_released=9)
    assert fraction(rate("room", closed("a"), half)) == "1/2"


def test_an_access_room_is_closed() -> None:
    assert fraction(rate("room", closed("a", state=RoomState.ACCESS_ONLY))) == "1/1"


def test_an_exempt_room_is_left_out_or_counted_and_both_are_told() -> None:
    kept = room("b", exemption_no="豁免1", exempt_until=date(2019, 1, 1))
    assert fraction(rate("room", closed("a"), kept)) == "1/1"
    assert why(rate("room", closed("a"), kept)) == {"b": "exempt"}
    assert fraction(rate("room+exempt", closed("a"), kept)) == "1/2"


def test_an_exemption_ends() -> None:
    kept = room("b", exemption_no="豁免1", exempt_until=date(2018, 8, 30))
    assert fraction(rate("room", closed("a"), kept)) == "1/2"
    codes = [one.code for one in check_rooms(Census(listing=MigrationList(rooms=(kept,))), AT, None)]
    assert codes == ["audit.room-exemption-over"]


def test_classified_rooms_are_a_number_only() -> None:
    left_out, counted = (rate(name, closed("a"), classified=2) for name in ("room", "room+classified"))
    assert (fraction(left_out), left_out.hidden, left_out.classified) == ("1/1", 2, 0)
    assert (fraction(counted), counted.hidden, counted.classified) == ("1/3", 0, 2)
    assert counted.scope == ("a",)


def test_a_room_in_use_again_is_not_closed() -> None:
    back = closed("a", reopened_on=date(2018, 6, 1))
    assert fraction(rate("room", back)) == "0/1"
    assert fraction(rate("room", back, at=date(2018, 5, 31))) == "1/1"
    codes = [one.code for one in check_rooms(Census(listing=MigrationList(rooms=(back,))), AT, None)]
    assert codes == ["audit.room-reopened"]


def test_a_room_closed_later_is_not_closed_yet() -> None:
    assert fraction(rate("room", closed("a"), at=date(2018, 2, 28))) == "0/1"
    assert fraction(rate("room", closed("a"), at=date(2018, 3, 1))) == "1/1"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"evidence": ""}, "audit.room-no-evidence"),
        ({"closed_on": None}, "audit.room-no-day"),
        ({"running_devices": 2}, "audit.room-running"),
        ({"state": None}, "audit.room-unknown"),
    ],
)
def test_closed_on_paper_is_not_closed(fault: dict[str, Any], code: str) -> None:
    wrong = closed("a", **fault)
    assert fraction(rate("room", wrong)) == "0/1"
    found = [*check_rooms(Census(listing=MigrationList(rooms=(wrong,))), AT, UnitLevel.CITY)]
    assert [(one.code, one.subject) for one in found] == [(code, "a")]
    assert not [*check_rooms(Census(listing=MigrationList(rooms=(wrong,))), AT, UnitLevel.PROVINCE)]


def test_a_closed_room_whose_successor_is_in_use_says_why_it_does_not_count() -> None:
    found = rate("room", closed("a"), room("b", predecessors=frozenset({"a"})))
    assert (fraction(found), found.missing) == ("0/1", ("a",))
    assert [(one.id, one.reason, one.values) for one in found.uncounted] == [
        ("a", "audit.uncounted.successor", {"rooms": "b"})
    ]
    assert rate("room", closed("a"), closed("b", predecessors=frozenset({"a"}))).uncounted == ()


def test_a_room_without_a_level_is_left_out_aloud() -> None:
    nobodys = room("b", unit_level=None)
    found = rate("room", closed("a"), nobodys, room("cloud", unit_level=None, kind=RoomKind.CLOUD))
    assert (fraction(found), why(found)) == ("1/1", {"b": "no-level", "cloud": "cloud-centre"})
    census = Census(listing=MigrationList(rooms=(nobodys,)))
    assert [(one.code, one.subject) for one in check_rooms(census, AT, UnitLevel.CITY)] == [("audit.no-level", "b")]
    assert [*check_rooms(census, AT, None)] == []


def test_a_split_room_is_one_room_of_the_census_and_closed_when_both_parts_are() -> None:
    first, second = closed("a1", predecessors=frozenset({"a"})), room("a2", predecessors=frozenset({"a"}))
    halfway = rate("room", room("a"), first, second)
    assert fraction(halfway) == "0/1"
    assert why(halfway) == {"a1": "lineage", "a2": "lineage"}
    assert fraction(rate("room", room("a"), first, closed("a2", predecessors=frozenset({"a"})))) == "1/1"


def test_rooms_merged_into_one_stay_two_rooms_of_the_census() -> None:
    both = frozenset({"a", "b"})
    assert fraction(rate("room", room("a"), room("b"), room("c", predecessors=both))) == "0/2"
    assert fraction(rate("room", room("a"), room("b"), closed("c", predecessors=both))) == "2/2"


def test_lineage_that_goes_in_a_circle_ends() -> None:
    one, other = closed("a", predecessors=frozenset({"b"})), room("b", predecessors=frozenset({"a"}))
    assert fraction(rate("room", one, other)) == "1/2"
    ring = [room(id_, predecessors=frozenset({before})) for id_, before in (("a", "c"), ("b", "a"), ("c", "b"))]
    assert fraction(rate("room", *ring)) == "0/0"


def test_a_room_shared_by_two_units_is_one_room_and_each_unit_has_it() -> None:
    shared = room("a", unit="甲局", other_units=frozenset({"乙局"}))
    assert fraction(rate("room", shared)) == "0/1"
    assert fraction(rate("department", shared, closed("b", unit="乙局"))) == "0/2"


def test_a_hosted_cage_is_a_room_of_its_unit_and_the_clouds_own_room_is_nobodys() -> None:
    found = rate("room", room("cage", kind=RoomKind.CAGE), room("cloud", kind=RoomKind.CLOUD))
    assert fraction(found) == "0/1"
    assert why(found) == {"cloud": "cloud-centre"}


def test_a_room_opened_since_the_census_raises_the_denominator() -> None:
    new = room("b", opened_on=date(2018, 5, 1))
    assert fraction(rate("room", closed("a"), new)) == "1/2"
    before = rate("room", closed("a"), new, at=date(2018, 4, 30))
    assert (fraction(before), why(before)) == ("1/1", {"b": "opened-later"})


def test_a_room_closed_before_the_census_is_no_room_of_it() -> None:
    early = closed("b", closed_on=date(2017, 10, 31))
    found = rate("room", closed("a"), early)
    assert (fraction(found), why(found)) == ("1/1", {"b": "before-baseline"})
    assert fraction(rate("room", replace(early, closed_on=RULES.baseline))) == "1/1"
    # Without proof, or with business back in it, it is a room to be closed like any other.
    assert fraction(rate("room", replace(early, evidence=""))) == "0/1"
    assert fraction(rate("room", replace(early, reopened_on=date(2018, 2, 1)))) == "0/1"


def test_rooms_of_another_level_are_another_audit() -> None:
    assert fraction(rate("room", closed("a"), room("b", unit_level=UnitLevel.DISTRICT))) == "1/1"


def test_racks_count_by_share_and_a_reused_rack_is_not_released() -> None:
    rooms = (
        closed("a", racks=10, racks_reused=3),
        room("b", racks=8, state=RoomState.PARTLY, racks_released=4, racks_reused=1),
        room("c", racks=2),
    )
    assert fraction(rate("rack", *rooms)) == "10/20"


def test_a_room_without_racks_counts_and_one_nobody_counted_is_missing_data() -> None:
    none, unknown = closed("a", racks=0), closed("b", racks=None)
    found = rate("rack", none, unknown, closed("c", racks=5))
    assert (fraction(found), why(found)) == ("5/5", {"b": "missing-data"})
    half = room("d", racks=5, state=RoomState.PARTLY)
    assert why(rate("rack", half)) == {"d": "missing-data"}


def test_area_and_cost_count_by_share() -> None:
    half = room(
        "b", state=RoomState.PARTLY, area_m2=Decimal(40), area_released_m2=Decimal(10), build_cost_wan=Decimal(80),
        racks=4, racks_released=2,
    )  # fmt: skip
    gone = closed("a", area_m2=Decimal(60), build_cost_wan=Decimal(20))
    assert fraction(rate("area", gone, half)) == "70/100"
    assert fraction(rate("cost", gone, half)) == "60/100"
    by_area = replace(half, racks=None, racks_released=None)
    assert fraction(rate("cost", gone, by_area)) == "40/100"
    assert why(rate("area", replace(half, area_m2=None))) == {"b": "missing-data"}
    assert why(rate("cost", replace(by_area, area_m2=None))) == {"b": "missing-data"}


def test_systems_hosted_centrally() -> None:
    def system(id_: str, status: Status, disposition: Disposition) -> System:
        return System(
            id=id_, unit="u", name=id_, row=ROW, secrecy=Secrecy.UNCLASSIFIED, unit_level=UnitLevel.CITY,
            status=status, disposition=disposition,
        )  # fmt: skip

    systems = (
        system("on", Status.TRIAL, Disposition.MIGRATE),
        system("back", Status.ROLLED_BACK, Disposition.MIGRATE),
        system("kept", Status.REVIEWED, Disposition.RETAIN),
        system("gone", Status.RETIRED, Disposition.RETIRE),
    )
    (found,) = rate_rooms(Census(listing=MigrationList(systems=systems)), RULES, AT, None, ("system",))
    assert (fraction(found), found.counted) == ("1/3", ("on",))
    assert why(found) == {"gone": "retire"}


@pytest.mark.parametrize("formula", [*FORMULAS, *VARIANTS])
def test_nothing_over_nothing_is_no_rate(formula: str) -> None:
    assert rate(formula).percent() is None


def test_rounding_is_half_up_and_for_display_only() -> None:
    ratio = Ratio(formula="x", unit="room", numerator=Decimal(75), denominator=Decimal(80))
    assert [str(ratio.percent(places)) for places in (0, 1, 2)] == ["94", "93.8", "93.75"]
    assert str(replace(ratio, numerator=Decimal(1), denominator=Decimal(800)).percent(2)) == "0.13"


def test_weihai_is_94_percent_and_less_as_exclusions_are_counted() -> None:
    ask = question("weihai")
    found = {
        ratio.formula: ratio
        for ratio in rate_rooms(ask.census, ask.definitions.rules, ask.at, ask.level, ("room", *VARIANTS))
    }
    assert {name: (str(ratio.percent()), fraction(ratio)) for name, ratio in found.items()} == {
        "room": ("94.0", "47/50"),
        "room+exempt": ("92.2", "47/51"),
        "room+classified": ("90.4", "47/52"),
        "room+exempt+classified": ("88.7", "47/53"),
    }
    assert found["room"].missing == ("WH-R-48", "WH-R-49", "WH-R-50")
    assert why(found["room"]) == {"WH-R-51": "exempt"}
    states = {one.id: one.state for one in survey(ask.census, RULES, ask.at, ask.level).scope}
    assert [states[id_] for id_ in found["room"].missing] == [RoomState.PARTLY, RoomState.PARTLY, RoomState.IN_USE]
