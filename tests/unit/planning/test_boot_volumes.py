"""Servers that boot from volumes of their own: what is specified, counted, and told from what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from orchestrator.model.plan import BatchPlan, Item, Kind, Mark, PortSpec, ServerSpec, VolumeSpec
from orchestrator.model.programme import Hold, Programme
from orchestrator.model.result import CloudView
from orchestrator.planning.batches import plan_batch
from tests.unit.planning.given import as_seen, empty, listing, programme

ROWS = listing(servers=[{"id": "S-1-db1", "disk_gib": 40, "data_disk_gib": 2}])
FROM_IMAGES = programme()


def from_volumes(**more: Any) -> Programme:
    return programme({"administrative": {"boot_from": "volume", "volume_type": "hdd", **more}})


def objects(plan: BatchPlan, kind: type) -> list[Any]:
    spec = plan.systems[0].spec
    assert spec is not None
    return [item for item in spec.parts[0].objects if isinstance(item, kind)]


def line(plan: BatchPlan, kind: Kind, name: str) -> Item:
    return next(item for item in plan.systems[0].items if item.kind is kind and item.name.endswith(name))


def seen(plan: BatchPlan, kind: Kind, status: str = "", **detail: str) -> tuple[CloudView, ...]:
    """Return the clouds as they are when the plan was run and its first object of a kind became otherwise."""
    admin, public = as_seen(plan)
    first = next(one for one in admin.objects if one.kind == kind)
    other = replace(first, status=status or first.status, detail={**first.detail, **detail})
    return replace(admin, objects=tuple(other if one is first else one for one in admin.objects)), public


def test_the_system_disk_is_a_volume_with_the_image_on_it() -> None:
    plan = plan_batch(from_volumes(boot_volume_type="ssd"), ROWS, 1, None)
    boot, data = objects(plan, VolumeSpec)
    (server,) = objects(plan, ServerSpec)
    assert (boot.name, boot.owner.key) == ("lab-s-1-db1-boot", "db1/boot")
    assert (boot.size_gib, boot.type, boot.image) == (40, "ssd", "debian-12")
    assert (data.size_gib, data.type, data.image) == (2, "hdd", "")
    assert (server.image, server.boot_volume, server.volumes) == ("", boot.name, (data.name,))
    assert [type(item) for item in objects(plan, object)][2:6] == [VolumeSpec, VolumeSpec, PortSpec, ServerSpec]


def test_without_a_type_of_its_own_it_has_the_type_of_the_others() -> None:
    assert [volume.type for volume in objects(plan_batch(from_volumes(), ROWS, 1, None), VolumeSpec)] == ["hdd", "hdd"]


def test_a_flavor_needs_no_disk_then() -> None:
    (held,) = plan_batch(FROM_IMAGES, ROWS, 1, None).systems
    assert held.reasons[0].code == "place.no-flavor"
    bare = {"flavors": {"bare": {"vcpus": 1, "ram_mib": 512, "disk_gib": 0}}}
    for made, flavor in ((from_volumes(), "gov.small"), (from_volumes(**bare), "bare")):
        (server,) = objects(plan_batch(made, ROWS, 1, None), ServerSpec)
        assert server.flavor == flavor


def test_both_volumes_count() -> None:
    plan = plan_batch(from_volumes(), ROWS, 1, empty())
    needed = {quota.resource: quota.needed for quota in plan.quotas}
    assert (needed["volumes"], needed["gigabytes"]) == (2, 42)


def test_the_dry_run_shows_what_the_server_boots_from_and_attaches_only_the_data() -> None:
    plan = plan_batch(from_volumes(), ROWS, 1, None)
    assert line(plan, Kind.VOLUME, "-boot").detail == {"size_gib": "40", "image": "debian-12"}
    assert line(plan, Kind.SERVER, "").detail == {"flavor": "gov.small", "boot_volume": "lab-s-1-db1-boot"}
    assert [item.name for item in plan.systems[0].items if item.kind is Kind.ATTACHMENT] == ["lab-s-1-db1-data"]


def test_a_plan_carried_out_leaves_nothing_to_do() -> None:
    first = plan_batch(from_volumes(), ROWS, 1, None)
    again = plan_batch(from_volumes(), ROWS, 1, as_seen(first))
    assert {item.mark for item in again.systems[0].items} == {Mark.KEEP}
    assert not any(quota.needed for quota in again.quotas)
    assert (again.digest, again.notes) == (first.digest, ())


@pytest.mark.parametrize(
    ("kind", "detail", "told"),
    [
        (Kind.VOLUME, {"size_gib": "39"}, {"size_gib": "39 → 40"}),
        (Kind.VOLUME, {"image": "debian-11"}, {"image": "debian-11 → debian-12"}),
        (Kind.VOLUME, {"server": "other"}, {"server": "other → lab-s-1-db1"}),
        (Kind.SERVER, {"boot_volume": "other"}, {"boot_volume": "other → lab-s-1-db1-boot"}),
        (
            Kind.SERVER,
            {"boot_volume": "", "image": "debian-12"},
            {"boot_volume": "debian-12 → lab-s-1-db1-boot"},
        ),
        (Kind.SERVER, {"boot_volume": ""}, {"boot_volume": " → lab-s-1-db1-boot"}),
    ],
    ids=str,
)
def test_another_disk_holds_the_system(kind: Kind, detail: dict[str, str], told: Mapping[str, str]) -> None:
    first = plan_batch(from_volumes(), ROWS, 1, None)
    again = plan_batch(from_volumes(), ROWS, 1, seen(first, kind, **detail))
    (held,) = [item for item in again.systems[0].items if item.mark is Mark.HOLD]
    assert (held.kind, held.detail) == (kind, told)
    assert (again.systems[0].hold, again.systems[0].spec) == (Hold.BLOCK, None)


def test_a_server_that_boots_from_a_volume_is_not_one_of_an_image() -> None:
    small = listing()
    first = plan_batch(FROM_IMAGES, small, 1, None)
    views = seen(first, Kind.SERVER, image="", boot_volume="lab-s-1-app1-boot")
    (held,) = [item for item in plan_batch(FROM_IMAGES, small, 1, views).systems[0].items if item.mark is Mark.HOLD]
    assert held.detail == {"image": "lab-s-1-app1-boot → debian-12"}


def test_an_image_that_was_deleted_since_is_forgotten() -> None:
    first = plan_batch(from_volumes(), ROWS, 1, None)
    again = plan_batch(from_volumes(), ROWS, 1, seen(first, Kind.VOLUME, image=""))
    assert again.systems[0].mark is Mark.KEEP


@pytest.mark.parametrize(("status", "never_ran"), [("BUILD", ""), ("ERROR", "yes")])
def test_a_server_that_does_not_show_its_volumes_yet_is_waited_for_or_replaced(status: str, never_ran: str) -> None:
    first = plan_batch(from_volumes(), ROWS, 1, None)
    views = seen(first, Kind.SERVER, status, boot_volume="", never_ran=never_ran)
    item = line(plan_batch(from_volumes(), ROWS, 1, views), Kind.SERVER, "")
    assert (item.mark, item.detail) == (Mark.CHANGE, {"status": f"{status} → ACTIVE"})


def test_a_volume_in_an_error_holds_the_system() -> None:
    first = plan_batch(from_volumes(), ROWS, 1, None)
    (held,) = [
        item
        for item in plan_batch(from_volumes(), ROWS, 1, seen(first, Kind.VOLUME, "error")).systems[0].items
        if item.mark is Mark.HOLD
    ]
    assert (held.name, held.detail) == ("lab-s-1-db1-boot", {"status": "error"})


def test_a_server_that_is_gone_is_made_anew_on_its_volume() -> None:
    admin, public = as_seen(plan_batch(from_volumes(), ROWS, 1, None))
    freed = [replace(one, detail={**one.detail, "server": ""}) for one in admin.objects if one.kind != Kind.SERVER]
    plan = plan_batch(from_volumes(), ROWS, 1, (replace(admin, objects=tuple(freed)), public))
    marks = {(item.kind, item.name.rpartition("-")[2]): item.mark for item in plan.systems[0].items}
    assert marks[Kind.VOLUME, "boot"] is Mark.KEEP
    assert marks[Kind.SERVER, "db1"] is Mark.CREATE
    needed = {quota.resource for quota in plan.quotas if quota.needed}
    assert needed == {"instances", "cores", "ram_mib"}
