"""A batch's plan: who is in it, what it asks of the clouds, and that looking again finds nothing left to do."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.errors import Refused
from orchestrator.model.plan import BatchPlan, Item, Kind, Mark, SystemPlan
from orchestrator.model.programme import Batch, Hold, Programme
from orchestrator.model.result import CloudView, Observed
from orchestrator.model.system import Disposition, MigrationList
from orchestrator.planning.batches import left_out, plan_batch
from orchestrator.reporting.texts import Say
from tests.unit.planning.given import as_seen, empty, listing, programme

SPLIT: Mapping[str, Any] = {"id": "S-2", "audience": ["public", "unit"]}
SERVERS: tuple[Mapping[str, Any], ...] = (
    {"id": "S-1-db1", "workload": "postgresql", "openings": ["tcp:5432 from 10.0.0.0/8"], "data_disk_gib": 2},
    {"id": "web1", "system_id": "S-2", "role": "web", "workload": "nginx", "openings": ["tcp:80"]},
    {"id": "app1", "system_id": "S-2", "role": "app", "source_address": "10.9.0.7"},
)


ZOMBIE: dict[str, Any] = {
    "system_class": "zombie",
    "cleanup_reasons": ["A"],
    "confirmed_by": "责任人001",
    "confirmed_on": date(2026, 11, 2),
}


def rows() -> MigrationList:
    return listing([{}, SPLIT, {"id": "S-3", **ZOMBIE}], SERVERS)


def one(plan: BatchPlan, system: str) -> SystemPlan:
    return next(each for each in plan.systems if each.system == system)


def items(plan: BatchPlan, mark: Mark) -> list[Item]:
    return [item for system in plan.systems for item in system.items if item.mark is mark]


def needed(plan: BatchPlan, cloud: str) -> dict[str, int]:
    return {line.resource: line.needed for line in plan.quotas if line.cloud == cloud and line.needed}


def changed(view: CloudView, kind: Kind, status: str = "", **detail: str) -> CloudView:
    """Return a view in which the first object of a kind is otherwise."""
    first = next(seen for seen in view.objects if seen.kind == kind)
    other = replace(first, status=status or first.status, detail={**first.detail, **detail})
    return replace(view, objects=tuple(other if seen is first else seen for seen in view.objects))


# --- membership


def test_the_row_decides_its_batch_and_a_contradiction_is_told() -> None:
    elsewhere = listing([{"unit": "乙局", "batch": 1}])
    plan = plan_batch(programme(), elsewhere, 1, None)
    assert [reason.code for reason in plan.systems[0].reasons] == ["plan.batch-differs"]
    assert plan.systems[0].mark is Mark.CREATE
    assert not plan_batch(programme(), elsewhere, 2, None).systems


def test_without_a_number_a_batch_names_the_system_or_its_unit() -> None:
    batches = (Batch(number=1, units=("甲局",)), Batch(number=2, systems=("S-2",)))
    made = programme(batches=batches)
    unnumbered = listing([{"batch": None}, {"id": "S-2", "batch": None}, {"id": "S-3", "unit": "丙局", "batch": None}])
    assert [system.system for system in plan_batch(made, unnumbered, 1, None).systems] == ["S-1"]
    assert [system.system for system in plan_batch(made, unnumbered, 2, None).systems] == ["S-2"]


def test_a_system_that_two_batches_name_is_refused_in_both() -> None:
    made = programme(batches=(Batch(number=1, systems=("S-1",)), Batch(number=2, systems=("S-1",))))
    for number in (1, 2):
        (system,) = plan_batch(made, listing([{"batch": None}]), number, None).systems
        assert (system.mark, system.hold, system.spec) == (Mark.HOLD, Hold.REFUSE, None)


def test_a_batch_the_programme_does_not_have_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        plan_batch(programme(), rows(), 9, None)
    assert refusal.value.code == "plan.no-batch"


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": 1},
        {"status": "accepted"},
        {"status": "deferred"},
        {"deferral": "场地未定"},
        {"disposition": "retain"},
        {"category": "mail", "merged_into": "统一邮件"},
        {"unit": "乙局"},
    ],
    ids=lambda changes: str(changes),
)
def test_only_what_is_to_go_and_goes_nowhere_is_left_out(changes: dict[str, Any]) -> None:
    declared = programme(batches=(Batch(number=1, units=("乙局",)),))
    alone, other = {"id": "S-1", "batch": None}, {"id": "S-2", "batch": None, **changes}
    rows_given = listing([alone, other])
    assert [system.id for system in left_out(declared, rows_given)] == ["S-1"]
    assert [note.code for note in plan_batch(declared, rows_given, 1, None).notes] == ["plan.left-out"]
    assert left_out(programme(batches=()), rows_given) == ()


def test_a_system_due_after_the_deadline_is_told() -> None:
    plan = plan_batch(programme(), listing([{"due": "2027-01-01"}]), 1, None)
    assert [reason.code for reason in plan.systems[0].reasons] == ["plan.due-after-deadline"]


def test_a_classified_row_is_only_counted() -> None:
    hidden = listing([{}, {"id": "SECRET-9", "networks": ["intranet"]}], classified_count=4)
    plan = plan_batch(programme(), hidden, 1, None)
    assert (plan.classified_count, plan.excluded_count) == (5, 1)
    assert "SECRET" not in repr(plan)


# --- what is wanted


def test_offline_everything_is_to_create_and_quotas_are_unknown() -> None:
    plan = plan_batch(programme(), rows(), 1, None)
    assert not plan.observed
    assert {item.mark for system in plan.systems for item in system.items} == {Mark.CREATE}
    assert {(line.limit, line.used, line.missing) for line in plan.quotas} == {(None, None, 0)}
    assert one(plan, "S-3").mark is Mark.RETIRE


@pytest.mark.parametrize("cell", ["confirmed_by", "confirmed_on"])
def test_a_zombie_that_nobody_confirmed_is_held_and_says_why(cell: str) -> None:
    (system,) = plan_batch(
        programme(), listing([{**ZOMBIE, cell: None if cell == "confirmed_on" else ""}]), 1, None
    ).systems
    assert (system.mark, system.hold, system.disposition) == (Mark.HOLD, Hold.BLOCK, Disposition.RETIRE)
    assert [reason.code for reason in system.reasons] == ["place.unconfirmed"]


def test_objects_are_named_by_slugs_in_the_order_they_are_made() -> None:
    plan = plan_batch(programme(), rows(), 1, None)
    spec = one(plan, "S-1").spec
    assert spec is not None
    assert [item.name for item in spec.parts[0].objects] == [
        "migrate-lab",
        "lab-s-1",
        "lab-s-1-db1-data",
        "lab-s-1-db1-port",
        "lab-s-1-db1",
    ]
    assert one(plan, "S-1").items[1].detail == {"openings": "tcp:22-22:172.30.2.1/32 tcp:5432-5432:10.0.0.0/8"}
    assert [guest.host for guest in spec.parts[0].guests] == ["db1"]


def test_a_split_system_has_a_part_on_each_cloud_and_a_floating_ip_outside_only() -> None:
    spec = one(plan_batch(programme(), rows(), 1, None), "S-2").spec
    assert spec is not None
    assert [(part.cloud, part.zone) for part in spec.parts] == [
        ("administrative", "common"),
        ("public-service", "internet"),
    ]
    assert [item.name for part in spec.parts for item in part.objects if item.name.endswith("-ip")] == [
        "lab-s-2-web1-ip"
    ]
    assert [(source.server, source.address) for source in spec.sources] == [("lab-s-2-app1", "10.9.0.7")]


def test_needs_are_summed_for_each_cloud() -> None:
    plan = plan_batch(programme(), rows(), 1, empty())
    assert needed(plan, "administrative") == {
        "instances": 2,
        "cores": 2,
        "ram_mib": 1024,
        "volumes": 1,
        "gigabytes": 2,
        "ports": 2,
        "security_groups": 2,
        "security_group_rules": 7,  # SSH and 5432, SSH, and two egress rules each
        "key_pairs": 1,
        "addresses": 2,
    }
    assert needed(plan, "public-service")["floating_ips"] == 1


@pytest.mark.parametrize(
    ("systems", "servers"),
    [
        ([{"id": "A-1"}, {"id": "a-1"}], None),
        ([{"id": "a-b"}, {"id": "a"}], [{"id": "c", "system_id": "a-b"}, {"id": "b-c", "system_id": "a"}]),
    ],
    ids=["ids that differ in case only", "ids that meet at a hyphen"],
)
def test_two_ids_that_make_one_name_are_refused(systems: list[Any], servers: list[Any] | None) -> None:
    plan = plan_batch(programme(), listing(systems, servers), 1, None)
    assert {system.hold for system in plan.systems} == {Hold.REFUSE}
    assert {reason.code for system in plan.systems for reason in system.reasons} == {"plan.name-collision"}


# --- compared with what is there


def test_what_the_plan_would_make_is_all_as_it_should_be() -> None:
    first = plan_batch(programme(), rows(), 1, None)
    again = plan_batch(programme(), rows(), 1, as_seen(first))
    assert {item.mark for system in again.systems for item in system.items} == {Mark.KEEP}
    assert [system.mark for system in again.systems] == [Mark.KEEP, Mark.KEEP, Mark.RETIRE]
    assert not any(line.needed for line in again.quotas)
    assert again.notes == ()
    assert again.digest == first.digest


def test_a_missing_rule_is_a_change_and_is_counted() -> None:
    first = plan_batch(programme(), rows(), 1, None)
    admin, public = as_seen(first)
    admin = changed(admin, Kind.SECURITY_GROUP, openings="tcp:22-22:172.30.2.1/32")
    again = plan_batch(programme(), rows(), 1, (admin, public))
    assert [(item.kind, item.name) for item in items(again, Mark.CHANGE)] == [(Kind.SECURITY_GROUP, "lab-s-1")]
    assert one(again, "S-1").mark is Mark.CHANGE
    assert needed(again, "administrative") == {"security_group_rules": 1}
    assert again.digest == first.digest


@pytest.mark.parametrize("status", ["BUILD", "REBOOT"])
def test_a_server_on_its_way_is_a_change(status: str) -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    again = plan_batch(programme(), rows(), 1, (changed(admin, Kind.SERVER, status=status), public))
    assert [item.detail for item in items(again, Mark.CHANGE)] == [{"status": f"{status} → ACTIVE"}]


def test_a_server_in_error_that_never_ran_is_a_change_and_one_that_ran_is_in_the_way() -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    fresh = changed(admin, Kind.SERVER, status="ERROR", never_ran="yes")
    assert one(plan_batch(programme(), rows(), 1, (fresh, public)), "S-1").mark is Mark.CHANGE
    used = changed(admin, Kind.SERVER, status="ERROR", never_ran="")
    held = one(plan_batch(programme(), rows(), 1, (used, public)), "S-1")
    assert (held.mark, held.hold, held.spec) == (Mark.HOLD, Hold.BLOCK, None)
    assert held.reasons[0].code == "plan.cannot-change"


@pytest.mark.parametrize(
    ("status", "verb"), [("SHUTOFF", "start"), ("PAUSED", "unpause"), ("SUSPENDED", "resume"), ("RESCUE", "unrescue")]
)
def test_a_server_that_somebody_stopped_holds_the_system_with_the_command_that_brings_it_back(
    status: str, verb: str
) -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    held = one(plan_batch(programme(), rows(), 1, (changed(admin, Kind.SERVER, status=status), public)), "S-1")
    assert (held.mark, held.hold, held.spec) == (Mark.HOLD, Hold.BLOCK, None)
    assert [(each.code, each.values["verb"]) for each in held.reasons] == [("plan.server-stopped", verb)]
    told = Say("en")(held.reasons[0].code, **held.reasons[0].values)
    assert f"server {verb} {held.reasons[0].values['id']}" in told


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (Kind.SERVER, {"flavor": "gov.medium"}),
        (Kind.SERVER, {"image": "debian-11"}),
        (Kind.VOLUME, {"size_gib": "1"}),
        (Kind.VOLUME, {"server": "another"}),
        (Kind.PORT, {"network": "another"}),
    ],
    ids=str,
)
def test_what_cannot_be_changed_in_place_holds_the_system(kind: Kind, detail: dict[str, str]) -> None:
    first = plan_batch(programme(), rows(), 1, None)
    admin, public = as_seen(first)
    again = plan_batch(programme(), rows(), 1, (changed(admin, kind, **detail), public))
    held = one(again, "S-1")
    assert (held.mark, held.hold, held.spec) == (Mark.HOLD, Hold.BLOCK, None)
    assert held.reasons[0].code == "plan.cannot-change"
    assert one(again, "S-2").mark is Mark.KEEP
    assert not any(line.needed for line in again.quotas)
    assert again.digest == first.digest
    assert again.notes == ()


@pytest.mark.parametrize("field", ["image", "flavor"])
def test_a_server_whose_image_or_flavor_was_deleted_since_is_right(field: str) -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    again = plan_batch(programme(), rows(), 1, (changed(admin, Kind.SERVER, **{field: ""}), public))
    assert one(again, "S-1").mark is Mark.KEEP


def test_another_configuration_is_a_change_and_none_is_to_make() -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    other = plan_batch(programme(), rows(), 1, (changed(admin, Kind.SERVER, configured="0" * 64), public))
    assert [item.kind for item in items(other, Mark.CHANGE)] == [Kind.CONFIGURATION]
    none = plan_batch(programme(), rows(), 1, (changed(admin, Kind.SERVER, configured=""), public))
    assert [item.kind for item in items(none, Mark.CREATE)] == [Kind.CONFIGURATION]
    assert one(none, "S-1").mark is Mark.CHANGE


def test_two_objects_with_one_mark_hold_the_system() -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    twin = replace(next(seen for seen in admin.objects if seen.kind == Kind.PORT), id="twin")
    again = plan_batch(programme(), rows(), 1, (replace(admin, objects=(*admin.objects, twin)), public))
    assert one(again, "S-1").reasons[0].code == "plan.ambiguous"


def test_a_cloud_that_was_not_seen_holds_what_goes_there() -> None:
    _, public = empty()
    plan = plan_batch(programme(), rows(), 1, (public,))
    assert [system.mark for system in plan.systems] == [Mark.HOLD, Mark.HOLD, Mark.RETIRE]
    assert one(plan, "S-2").reasons[0].values == {"cloud": "administrative"}


def test_what_is_in_no_plan_is_told_and_left_alone() -> None:
    admin, public = as_seen(plan_batch(programme(), rows(), 1, None))
    old = [
        Observed(kind="server", id="1", name="lab-gone-1", cloud="administrative", system="gone", key="1/server"),
        Observed(kind="server", id="2", name="lab-s-3-x", cloud="administrative", system="s-3", key="x/server"),
        Observed(kind="server", id="3", name="lab-s-1-x", cloud="administrative", system="s-1", key="x/server"),
    ]
    again = plan_batch(programme(), rows(), 1, (replace(admin, objects=(*admin.objects, *old)), public))
    assert [note.values["system"] for note in again.notes] == ["gone", "s-1", "s-3"]
    assert {item.mark for system in again.systems for item in system.items} == {Mark.KEEP}


def test_another_batch_is_no_leftover() -> None:
    both = listing([{}, {"id": "S-2", "batch": 2}])
    seen = as_seen(plan_batch(programme(), both, 2, None))
    assert plan_batch(programme(), both, 1, seen).notes == ()


def test_objects_of_an_excluded_system_are_counted_without_its_name() -> None:
    hidden = listing([{}, {"id": "SECRET-9", "networks": ["intranet"]}])
    admin, public = empty()
    old = Observed(kind="server", id="1", name="x", cloud="administrative", system="secret-9", key="1/server")
    plan = plan_batch(programme(), hidden, 1, (replace(admin, objects=(old,)), public))
    assert [note.code for note in plan.notes] == ["plan.leftover-unnamed"]
    assert "secret" not in repr(plan).lower()


# --- dependencies


@pytest.mark.parametrize(
    ("other", "reachable"),
    [
        ({}, True),
        ({"batch": 2}, False),
        ({"batch": 2, "status": "accepted"}, True),
        ({"disposition": "retain"}, True),
        (ZOMBIE, False),
        ({"mlps_level": 0}, False),
    ],
    ids=["same batch", "later batch", "on a cloud already", "retained", "retired", "blocked in this batch"],
)
def test_a_system_that_needs_another_is_warned_when_it_will_not_reach_it(
    other: dict[str, Any], reachable: bool
) -> None:
    plan = plan_batch(programme(), listing([{}, {"id": "S-2", **other}], dependencies=[("S-1", "S-2")]), 1, None)
    codes = [reason.code for reason in one(plan, "S-1").reasons]
    assert codes == ([] if reachable else ["plan.needs-unreachable"])
    assert one(plan, "S-1").mark is Mark.CREATE


def test_a_needed_system_that_runs_on_a_cloud_is_reachable() -> None:
    both = listing([{}, {"id": "S-2", "batch": 2}], dependencies=[("S-1", "S-2")])
    seen = as_seen(plan_batch(programme(), both, 2, None))
    assert one(plan_batch(programme(), both, 1, seen), "S-1").reasons == ()


# --- properties

_SYSTEM = st.fixed_dictionaries(
    {
        "audience": st.lists(st.sampled_from(["public", "unit", "enterprise"]), unique=True),
        "mlps_level": st.sampled_from([None, 0, 2, 3]),
        "category": st.sampled_from(["business", "mail", "website"]),
        "system_class": st.sampled_from(["normal", "zombie", "island"]),
        "unit": st.sampled_from(["甲局", "乙局"]),
        "batch": st.sampled_from([None, 1, 2]),
    }
)
_SERVER = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["", "web", "db"]),
        "workload": st.sampled_from(["none", "nginx", "postgresql"]),
        "vcpus": st.integers(1, 3),
        "data_disk_gib": st.integers(0, 2),
    }
)


@st.composite
def lists(draw: st.DrawFn) -> MigrationList:
    systems = [{"id": f"S-{number}", **each} for number, each in enumerate(draw(st.lists(_SYSTEM, max_size=6)))]
    servers = [
        {"id": f"{system['id']}-{number}", "system_id": system["id"], **each}
        for system in systems
        for number, each in enumerate(draw(st.lists(_SERVER, max_size=3)))
    ]
    ids = [str(system["id"]) for system in systems]
    needs = [(one, other) for one in ids for other in ids if one < other and draw(st.booleans())]
    return listing(systems or [{}], servers, needs)


def shuffled(rows: MigrationList, views: tuple[CloudView, ...], seed: int) -> tuple[MigrationList, list[CloudView]]:
    dice = random.Random(seed)

    def mixed(values: Any) -> tuple[Any, ...]:
        return tuple(dice.sample(list(values), len(values)))

    other = replace(
        rows, systems=mixed(rows.systems), servers=mixed(rows.servers), dependencies=mixed(rows.dependencies)
    )
    return other, list(mixed([replace(view, objects=mixed(view.objects)) for view in views]))


@settings(max_examples=25, deadline=None)
@given(rows=lists(), seed=st.integers(0, 99), seen=st.booleans())
def test_the_order_of_rows_and_observations_means_nothing(rows: MigrationList, seed: int, seen: bool) -> None:
    made = programme()
    views = as_seen(plan_batch(made, rows, 1, None)) if seen else empty()
    other, mixed = shuffled(rows, views, seed)
    assert plan_batch(made, rows, 1, views) == plan_batch(made, other, 1, mixed)


@settings(max_examples=25, deadline=None)
@given(rows=lists())
def test_a_plan_carried_out_leaves_nothing_to_do(rows: MigrationList) -> None:
    made = programme()
    first = plan_batch(made, rows, 1, None)
    again = plan_batch(made, rows, 1, as_seen(first))
    assert {item.mark for system in again.systems for item in system.items} <= {Mark.KEEP}
    assert not any(line.needed for line in again.quotas)
    assert again.digest == first.digest
    assert again.notes == ()


@settings(max_examples=25, deadline=None)
@given(rows=lists())
def test_what_is_held_back_is_never_specified_and_nothing_is_placed_twice(rows: MigrationList) -> None:
    plan = plan_batch(programme(), rows, 1, None)
    for system in plan.systems:
        goes = system.hold is None and system.disposition is Disposition.MIGRATE
        assert (system.spec is not None) == goes == bool(system.items)
        assert (system.mark is Mark.HOLD) == (system.hold is not None)
    names = [
        (item.cloud, item.kind, item.name)
        for system in plan.systems
        for item in system.items
        if item.kind is not Kind.KEYPAIR
    ]
    assert len(names) == len(set(names))


def test_the_digest_names_what_is_wanted() -> None:
    def digest(rows: MigrationList, made: Programme | None = None) -> str:
        return plan_batch(made or programme(), rows, 1, None).digest

    base = digest(listing())
    assert digest(listing()) == base
    assert digest(listing([{"name": "另名"}])) == base  # what is wanted is the same
    assert digest(listing([{"mlps_level": 0}])) != base
    assert digest(listing(servers=[{"id": "S-1-app1", "openings": ["tcp:80"]}])) != base
    assert digest(listing(), programme(batches=(Batch(number=1, deadline=date(2027, 1, 1)),))) != base
