"""Rates over systems, networks, egresses and money; each with what must not be counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from orchestrator.checks.audit import closures, cloud, networks, recovery, spend
from orchestrator.checks.audit.question import Definitions, Question, plain_census
from orchestrator.checks.audit.subjects import check_audit
from orchestrator.model.canonical import canonical
from orchestrator.model.census import Census, Project, ProjectState
from orchestrator.model.figures import AuditRules, Completion, Ratio
from orchestrator.model.recovering import KeptCheck, KeptReplica
from orchestrator.model.site import CloudSite, Egress, Network, NetworkDisposition
from orchestrator.model.system import (
    Category,
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

AT = date(2018, 8, 31)
DAY = timedelta(days=1)
ROW = Row(file="x.csv", sheet="", number=2)
GONE: dict[str, Any] = {"status": Status.RETIRED, "evidence": "E", "om_cost_wan": Decimal(10)}
DONE: dict[str, Any] = {"done_on": date(2018, 5, 1), "evidence": "E"}


def system(id_: str, **more: Any) -> System:
    filled: dict[str, Any] = {"disposition": Disposition.MIGRATE, "target_cloud": "administrative", **more}
    return System(id=id_, unit="u", name=id_, row=ROW, secrecy=Secrecy.UNCLASSIFIED, **filled)


def listed(*systems: System) -> Census:
    return Census(listing=MigrationList(systems=systems))


def network(id_: str, disposition: NetworkDisposition | None, **more: Any) -> Network:
    return Network(id=id_, unit="u", name=id_, row=ROW, disposition=disposition, **more)


def fraction(ratio: Ratio) -> str:
    return f"{ratio.numerator}/{ratio.denominator}"


def test_the_on_cloud_rate_names_both_readings_of_its_scope() -> None:
    census = listed(
        system("a", status=Status.ACCEPTED),
        system("b", status=Status.TRIAL),
        system("c", status=Status.ROLLED_BACK),
        system("d", disposition=Disposition.RETIRE, status=Status.RETIRED),
        system("e", disposition=Disposition.RETAIN),
    )
    nested, additive, in_use = cloud.rate_cloud(census, AuditRules(), None)
    assert [fraction(ratio) for ratio in (nested, additive, in_use)] == ["2/3", "2/5", "2/4"]
    assert "audit.assumption.nested" in nested.assumptions
    assert "audit.assumption.additive" in additive.assumptions
    assert {one.id for one in nested.excluded} == {"d", "e"}
    strict = next(cloud.rate_cloud(census, AuditRules(completion=Completion.ACCEPTED), None))
    assert (fraction(strict), strict.assumptions[1]) == ("1/3", "audit.assumption.completion-accepted")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"disposition": None}, "audit.cloud-undecided"),
        ({"target_cloud": ""}, "audit.cloud-no-target"),
        ({"disposition": Disposition.RETAIN}, "audit.cloud-deferral-unapproved"),
        ({"status": Status.DEFERRED}, "audit.cloud-deferral-unapproved"),
        (
            {"disposition": Disposition.RETAIN, "deferral": "暂缓1", "due": date(2018, 8, 30)},
            "audit.cloud-deferral-over",
        ),
        ({"disposition": Disposition.RETAIN, "deferral": "暂缓1", "due": date(2018, 8, 31)}, None),
        ({}, None),
    ],
)
def test_everything_that_should_go_goes(more: dict[str, Any], code: str | None) -> None:
    found = [one.code for one in cloud.check_cloud(listed(system("a", **more)), None, AT)]
    assert found == ([code] if code else [])


def test_closures_and_merges_need_proof_and_are_never_added_up() -> None:
    census = listed(
        system("a", disposition=Disposition.RETIRE, status=Status.RETIRED, evidence="E"),
        system("b", disposition=Disposition.RETIRE, status=Status.RETIRED),
        system("c", disposition=Disposition.RETIRE),
        system("d", disposition=Disposition.MERGE, status=Status.MERGED, evidence="E", merged_into="平台"),
        system("e", disposition=Disposition.MERGE, status=Status.MERGED, evidence="E"),
    )
    retired, merged = closures.rate_closures(census, None)
    assert (fraction(retired), fraction(merged)) == ("1/3", "2/2")
    assert not set(retired.scope) & set(merged.scope)
    assert [(one.code, one.subject) for one in closures.check_closures(census.listing.systems, None)] == [
        ("audit.closure-no-evidence", "b"),
        ("audit.merge-no-target", "e"),
    ]


def test_common_systems_are_shown_many_to_one() -> None:
    mail: dict[str, Any] = {"category": Category.MAIL, "disposition": Disposition.MERGE, "merged_into": "统一邮件"}
    census = listed(
        system("a", status=Status.MERGED, evidence="E", **mail),
        system("b", status=Status.MERGED, **mail),
        system("c", category=Category.VIDEO),
        system("d"),
    )
    found = {ratio.formula: fraction(ratio) for ratio in closures.rate_common(census, None)}
    assert found == {"common.merged": "1/3", "common.merged:统一邮件": "1/2"}


def test_a_connected_network_is_reported_apart_and_needs_a_valid_approval() -> None:
    approved: dict[str, Any] = {"approval_no": "1", "approver": "办公室", "expires_on": AT}
    census = Census(
        networks=(
            network("a", NetworkDisposition.CANCEL, **DONE),
            network("b", NetworkDisposition.MIGRATE, done_on=date(2018, 5, 1)),
            network("c", NetworkDisposition.CONNECT, **approved),
            network("d", NetworkDisposition.CONNECT, **{**approved, "expires_on": date(2018, 8, 30)}),
            network("e", None),
            network("f", NetworkDisposition.CANCEL, due=date(2018, 8, 1)),
        )
    )
    consolidated, connected = networks.rate_networks(census, AT, None)
    assert (fraction(consolidated), consolidated.counted) == ("1/6", ("a",))
    assert connected.counted == ("c",)
    assert [
        (one.code.removeprefix("audit.network-"), one.subject) for one in networks.check_networks(census, AT, None)
    ] == [
        ("no-evidence", "b"),
        ("not-approved", "d"),
        ("undecided", "e"),
        ("overdue", "f"),
    ]


def test_a_backup_line_left_open_keeps_an_egress_open() -> None:
    gone: dict[str, Any] = {"closed_on": date(2018, 5, 1), "evidence": "E"}
    census = Census(
        egresses=(
            Egress(id="a", unit="u", row=ROW, backup_open=False, **gone),
            Egress(id="b", unit="u", row=ROW, backup_open=True, **gone),
            Egress(id="c", unit="u", row=ROW, **gone),
            Egress(id="d", unit="u", row=ROW, due=date(2018, 6, 30)),
        )
    )
    (ratio,) = networks.rate_egress(census, AT, None)
    assert (fraction(ratio), ratio.counted) == ("1/4", ("a",))
    assert [
        (one.code.removeprefix("audit.egress-"), one.subject) for one in networks.check_egress(census, AT, None)
    ] == [
        ("backup-open", "b"),
        ("no-evidence", "c"),
        ("overdue", "d"),
    ]


def replica(**more: Any) -> System:
    healthy: dict[str, Any] = {
        "dr_level": 4, "rpo_min": 240, "rto_min": 480, "dr_site": "省灾备中心", "replica_site": "省灾备中心",
        "last_replica": AT, "replica_lag_min": 30, "replica_verified": True, "last_drill": date(2018, 3, 1),
        "drill_rto_min": 300,
    }  # fmt: skip
    return system("a", **{**healthy, **more})


GOOD = dict.fromkeys(("existence", "identity", "freshness", "continuity", "independence"), "pass x") | {
    "content": "unknown not-read"
}


def seen(day: date = AT, until: date | None = AT, **verdicts: str) -> KeptCheck:
    kept = KeptReplica(kind="postgresql", address="10.9.1.5", verdicts={**GOOD, **verdicts})
    return KeptCheck(system="a", at=datetime(day.year, day.month, day.day, tzinfo=UTC), day=day, until=until,
                     replicas=(kept,))  # fmt: skip


@pytest.mark.parametrize(
    ("more", "check", "rates_", "code"),
    [
        ({"room_id": "R-1", "replica_site": "R-1"}, seen(), "1100", "same-site"),
        ({}, seen(), "1101", "no-drill"),
        ({}, replace(seen(), system="b"), "0001", "claimed"),
        ({"dr_site": ""}, replace(seen(), system="b"), "0000", "not-configured"),
        ({"room_id": "R-1", "replica_site": "R-1"}, replace(seen(), system="b"), "0000", "same-site"),
        ({"dr_site": ""}, seen(), "1100", "no-drill"),
        ({}, seen(until=AT - DAY), "0001", "check-old"),
        ({}, seen(until=None), "0001", "check-unlimited"),
        ({}, seen(existence="unknown unseen"), "0001", "seen-unknown"),
        ({}, seen(existence="fail absent"), "0001", "seen-none"),
        ({}, replace(seen(), missing=("mariadb",)), "0001", "seen-none"),
        ({}, replace(seen(), replicas=()), "0001", "seen-none"),
        ({}, replace(seen(), replicas=(), broken=True), "0001", "seen-unknown"),
        ({}, seen(freshness="fail stale"), "1001", "unhealthy"),
        ({}, seen(freshness="unknown no-threshold"), "1001", "unhealthy"),
        ({}, seen(content="fail damaged"), "1001", "unhealthy"),
        ({}, seen(capacity="fail full"), "1101", "no-drill"),
        ({}, seen(restorability="pass drilled"), "1111", None),
        ({}, seen(restorability="pass drilled", freshness="fail stale"), "1001", "unhealthy"),
        ({}, seen(restorability="pass drilled", until=AT - DAY), "0001", "check-old"),
        ({}, seen(restorability="pass in-time"), "1101", "no-drill"),
        ({}, seen(restorability="unknown claimed"), "1101", "no-drill"),
        ({}, seen(restorability="fail undrilled"), "1101", "no-drill"),
        ({}, seen(restorability="fail failed"), "1101", "drill-wanting"),
        ({}, seen(restorability="fail long-ago"), "1101", "drill-wanting"),
    ],
)
def test_dr_rates_count_what_a_check_saw_and_never_a_claim(
    more: dict[str, Any], check: KeptCheck, rates_: str, code: str | None
) -> None:
    census = replace(listed(replica(**more)), checks=(check,))
    found = tuple(recovery.rate_recovery(census, AT, None))
    assert "".join(str(ratio.numerator) for ratio in found) == rates_
    assert [one.code.removeprefix("audit.dr-") for one in recovery.check_recovery(census, AT, None)] == (
        [code] if code else []
    )
    only_claimed = rates_[0] == "0" and rates_[3] == "1"
    assert [one.id for one in found[0].uncounted] == (["a"] if only_claimed else [])


def test_what_a_check_saw_is_no_row_of_the_list_and_what_it_saw_is_in_the_digest() -> None:
    census = replace(listed(replica()), checks=(seen(),))
    definitions = Definitions(programme="p")
    ask = Question(census=census, definitions=definitions, at=AT, level=None)
    found = check_audit("dr", ask)
    assert set(found.rows) == {"a"}
    assert found.data_digest != replace(ask, census=listed(replica())).data_digest
    text = canonical(plain_census(census))
    assert TypeAdapter(Census).validate_json(text).checks == census.checks


def test_a_programme_that_was_never_checked_has_the_digest_it_always_had() -> None:
    rows = listed(replica())
    assert "checks" not in canonical(rows)
    assert "checks" in canonical(replace(rows, checks=(seen(),)))


@pytest.mark.parametrize(
    ("more", "rates_", "code"),
    [
        ({}, "111", None),
        ({"dr_site": ""}, "000", "not-configured"),
        ({"room_id": "R-1", "replica_site": "R-1"}, "100", "same-site"),
        ({"replica_verified": None}, "100", "not-verified"),
        ({"replica_lag_min": 241}, "100", "stale"),
        ({"replica_lag_min": None}, "100", "stale"),
        ({"last_replica": date(2018, 8, 30)}, "100", "stale"),
        ({"last_replica": date(2018, 9, 1)}, "100", "stale"),
        ({"rpo_min": None}, "100", "stale"),
        ({"last_drill": None}, "110", "not-drilled"),
        ({"last_drill": date(2017, 8, 30)}, "110", "not-drilled"),
        ({"drill_rto_min": 481}, "110", "not-drilled"),
    ],
)
def test_until_a_first_check_dr_rates_are_the_lists_nested_and_unknown_is_never_healthy(
    more: dict[str, Any], rates_: str, code: str | None
) -> None:
    census = listed(replica(**more))
    found = tuple(recovery.rate_recovery(census, AT, None))
    assert "".join(str(ratio.numerator) for ratio in found) == rates_
    told = [one.code.removeprefix("audit.dr-") for one in recovery.check_recovery(census, AT, None)]
    assert told == ([code] if code else [])


def test_a_system_that_is_gone_or_has_no_dr_class_needs_no_recovery() -> None:
    census = listed(replica(status=Status.RETIRED), system("b"))
    ratio = next(recovery.rate_recovery(census, AT, None))
    assert (fraction(ratio), ratio.percent()) == ("0/0", None)
    assert len(ratio.excluded) == 2


def test_money_counts_what_ended_and_says_what_is_not_known() -> None:
    rooms = (
        Room(id="r1", unit="u", name="r", row=ROW, om_cost_wan=Decimal(30), build_cost_wan=Decimal(500),
             closed_on=date(2018, 5, 1), evidence="E", state=RoomState.CLOSED),
        Room(id="r2", unit="u", name="r", row=ROW),
    )  # fmt: skip
    census = Census(
        listing=MigrationList(rooms=rooms, systems=(system("s", **GONE),)),
        networks=(network("n", NetworkDisposition.CANCEL, om_cost_wan=Decimal(60), om_period="未注明"),),
        cloud_sites=(CloudSite(id="c", name="云", row=ROW, fee_wan=Decimal(25)),),
        projects=(
            Project(id="p1", unit="u", name="p", row=ROW, state=ProjectState.STOPPED, budget_wan=Decimal(100)),
            Project(id="p2", unit="u", name="p", row=ROW, state=ProjectState.COMPLETED, budget_wan=Decimal(300),
                    completed_on=date(2018, 1, 1), audited_on=date(2018, 9, 1)),
        ),
    )  # fmt: skip
    released, stopped, audited = spend.rate_spend(census, AuditRules(), AT, None)
    assert (fraction(released), released.counted) == ("40/100", ("r1", "s"))
    assert [one.id for one in released.excluded] == ["r2"]
    assert "audit.assumption.om-period" in released.assumptions
    assert (fraction(stopped), fraction(audited)) == ("100/400", "0/1")
    # A sunk build cost is told, and is no part of what is saved.
    assert summed(census) == {"spend.build": "500", "spend.fee": "25", "spend.saved": "15"}


def summed(census: Census, rules: AuditRules | None = None, level: UnitLevel | None = None) -> dict[str, str]:
    return {one.name: str(one.value) for one in spend.sum_spend(census, rules or AuditRules(), AT, level)}


def released(*systems: System, rooms: tuple[Room, ...] = ()) -> str:
    census = Census(listing=MigrationList(rooms=rooms, systems=systems))
    return fraction(next(spend.rate_spend(census, AuditRules(), AT, None)))


@pytest.mark.parametrize(
    ("more", "ended"),
    [
        ({}, "30/30"),
        ({"running_devices": 1}, "0/30"),
        ({"evidence": ""}, "0/30"),
        ({"kind": RoomKind.CLOUD}, "0/0"),
        # It may stay, so no rate of rooms has it; its O&M goes on all the same.
        ({"state": RoomState.IN_USE, "exemption_no": "豁免1"}, "0/30"),
    ],
)
def test_a_rooms_o_and_m_has_ended_when_the_rooms_audit_counts_it(more: dict[str, Any], ended: str) -> None:
    gone = {"state": RoomState.CLOSED, "closed_on": date(2018, 5, 1), "evidence": "E", "om_cost_wan": Decimal(30)}
    assert released(rooms=(Room(id="r", unit="u", name="r", row=ROW, **{**gone, **more}),)) == ended


def test_a_systems_o_and_m_has_ended_when_the_closures_audit_counts_it() -> None:
    assert released(system("a", **GONE)) == "10/10"
    assert released(system("a", **{**GONE, "evidence": ""})) == "0/10"


def test_a_fee_nobody_wrote_down_is_not_nothing() -> None:
    saved = listed(system("a", **GONE))
    assert summed(saved) == {"spend.build": "None", "spend.fee": "None", "spend.saved": "None"}
    known, unknown = CloudSite(id="c", name="云", row=ROW, fee_wan=Decimal(4)), CloudSite(id="d", name="云", row=ROW)
    assert summed(replace(saved, cloud_sites=(known,)))["spend.saved"] == "6"
    assert summed(replace(saved, cloud_sites=(known, unknown)))["spend.saved"] == "None"
    told = {one.name: one.assumptions for one in spend.sum_spend(saved, AuditRules(), AT, None)}
    assert all("audit.assumption.fee-unknown" in told[name] for name in ("spend.fee", "spend.saved"))


def test_the_fee_of_all_is_not_set_against_the_savings_of_a_district() -> None:
    city, district = UnitLevel.CITY, UnitLevel.DISTRICT
    census = replace(
        listed(system("a", unit_level=city, **GONE)),
        cloud_sites=(CloudSite(id="c", name="云", row=ROW, fee_wan=Decimal(4)),),
    )
    rules = AuditRules(level=city)
    assert [summed(census, rules, level)["spend.saved"] for level in (city, None, district)] == ["6", "6", "None"]
    for level, codes in ((None, ()), (district, ("audit.assumption.whole-programme",))):
        _, *projects = spend.rate_spend(census, rules, AT, level)
        assert [one.assumptions for one in projects] == [codes, codes]


def test_classified_systems_are_left_out_of_the_on_cloud_rate_as_a_number() -> None:
    census = Census(listing=MigrationList(systems=(system("a"),), classified_count=2))
    assert [(fraction(one), one.hidden) for one in cloud.rate_cloud(census, AuditRules(), None)] == [
        ("0/1", 2), ("0/1", 2), ("0/1", 2),
    ]  # fmt: skip


def test_levels_are_kept_apart() -> None:
    census = listed(
        system("a", unit_level=UnitLevel.CITY, status=Status.ACCEPTED), system("b", unit_level=UnitLevel.DISTRICT)
    )
    assert [fraction(next(cloud.rate_cloud(census, AuditRules(), level))) for level in (UnitLevel.CITY, None)] == [
        "1/1",
        "1/2",
    ]
