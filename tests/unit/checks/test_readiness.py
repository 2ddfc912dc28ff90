"""Whether a batch may start: what does not fit is refused with its numbers, what is not known never passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from orchestrator.checks.readiness import blocking, check_batch
from orchestrator.model.result import CheckResult, CheckStatus, CloudView, Offer, Usage
from orchestrator.model.system import MigrationList
from orchestrator.planning.batches import plan_batch
from tests.unit.planning.given import SOUND, as_seen, empty, listing, programme


def faults(rows: MigrationList, views: Sequence[CloudView] | None) -> list[CheckResult]:
    return list(blocking(check_batch(plan_batch(programme(), rows, 1, views), views)))


def told(faults: Sequence[CheckResult]) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.status.value, fault.subject) for fault in faults]


def offering(view: CloudView, kind: str, name: str, detail: Mapping[str, str] | None) -> CloudView:
    """Return a view that offers one thing otherwise, or not at all."""
    others = tuple(offer for offer in view.offers if (offer.kind, offer.name) != (kind, name))
    if detail is None:
        return replace(view, offers=others)
    whole = {**SOUND.get(kind, {}), **detail}
    return replace(view, offers=(*others, Offer(kind=kind, name=name, id=f"id-{name}", detail=whole)))


def test_a_batch_that_fits_passes() -> None:
    assert faults(listing(), empty()) == []


def test_offline_nothing_passes() -> None:
    assert told(faults(listing(), None)) == [("plan.cloud-seen", "unknown", "administrative")]


def test_a_quota_is_compared_with_the_whole_batch() -> None:
    rows = listing([{"id": f"S-{number}"} for number in range(4)])
    (fault,) = faults(rows, empty(instances=4))
    assert (fault.code, fault.status) == ("plan.quota", CheckStatus.FAIL)
    assert fault.values == {
        "cloud": "administrative",
        "resource": "instances",
        "used": "1",
        "needed": "4",
        "limit": "4",
        "missing": "1",
    }
    assert faults(rows, empty(instances=5)) == []


@pytest.mark.parametrize(
    "resource",
    [
        "instances", "cores", "ram_mib", "volumes", "gigabytes", "ports",
        "security_groups", "security_group_rules", "key_pairs",
    ],
)  # fmt: skip
def test_every_resource_counts(resource: str) -> None:
    rows = listing(servers=[{"id": "S-1-db1", "data_disk_gib": 5}])
    assert [fault.values["resource"] for fault in faults(rows, empty(**{resource: 1}))] == [resource]


def test_floating_ips_count() -> None:
    rows = listing([{"audience": ["public"]}])
    assert [fault.values["resource"] for fault in faults(rows, empty(floating_ips=1))] == ["floating_ips"]


def test_no_limit_is_never_too_little() -> None:
    assert faults(listing(), empty(instances=-1)) == []


def test_a_resource_the_cloud_says_nothing_about_is_unknown_and_blocks() -> None:
    admin, public = empty()
    silent = replace(admin, usage=tuple(use for use in admin.usage if use.resource != "ports"))
    assert told(faults(listing(), (silent, public))) == [("plan.quota", "unknown", "administrative")]


def test_what_is_there_already_needs_no_quota_and_no_offer() -> None:
    seen = as_seen(plan_batch(programme(), listing(), 1, None))
    full = tuple(
        replace(view, offers=(), usage=tuple(Usage(resource=use.resource, limit=1, used=1) for use in view.usage))
        for view in seen
    )
    assert faults(listing(), full) == []


@pytest.mark.parametrize(("kind", "name"), [("flavor", "gov.small"), ("image", "debian-12"), ("network", "provider")])
def test_what_the_cloud_does_not_offer_fails(kind: str, name: str) -> None:
    admin, public = empty()
    (fault,) = faults(listing(), (offering(admin, kind, name, None), public))
    assert fault.code == "plan.offered"
    assert fault.values == {"cloud": "administrative", "kind": kind, "name": name}


def test_a_flavor_that_is_smaller_than_declared_fails() -> None:
    admin, public = empty()
    small = offering(admin, "flavor", "gov.small", {"vcpus": "1", "ram_mib": "256", "disk_gib": "3"})
    (fault,) = faults(listing(), (small, public))
    assert (fault.code, fault.values["declared"], fault.values["offered"]) == (
        "plan.flavor-differs",
        "1/512/3",
        "1/256/3",
    )


def test_an_image_that_is_larger_than_the_flavors_disk_fails() -> None:
    admin, public = empty()
    flavor = offering(admin, "flavor", "gov.small", {"vcpus": "1", "ram_mib": "512", "disk_gib": "3"})
    assert faults(listing(), (offering(flavor, "image", "debian-12", {"min_disk_gib": "3"}), public)) == []
    large = offering(flavor, "image", "debian-12", {"min_disk_gib": "10"})
    assert told(faults(listing(), (large, public))) == [("plan.image-fits", "fail", "administrative")]


def test_where_servers_boot_from_volumes_the_system_disk_must_hold_the_image() -> None:
    made = programme({"administrative": {"boot_from": "volume", "boot_volume_type": "ssd"}})
    rows = listing(servers=[{"id": "S-1-app1", "disk_gib": 8}])

    def found(needs: Mapping[str, str], *kinds: str) -> list[tuple[str, str, str]]:
        admin, public = empty()
        flavor = offering(admin, "flavor", "gov.small", {"vcpus": "1", "ram_mib": "512", "disk_gib": "3"})
        views = (offering(flavor, "image", "debian-12", needs), public)
        for kind in kinds:
            views = (offering(views[0], "volume-type", kind, {}), public)
        return told(list(blocking(check_batch(plan_batch(made, rows, 1, views), views))))

    # The flavor's own disk of 3 GiB is not used.
    assert found({"min_disk_gib": "8", "min_ram_mib": "512"}, "ssd") == []
    assert found({"min_disk_gib": "8"}) == [("plan.offered", "fail", "administrative")]
    for larger in ({"min_disk_gib": "9"}, {"min_ram_mib": "513"}):
        assert found(larger, "ssd") == [("plan.image-fits-volume", "fail", "administrative")]


def test_an_image_to_boot_volumes_from_must_be_offered() -> None:
    made = programme({"administrative": {"boot_from": "volume"}})
    admin, public = empty()
    views = (offering(admin, "image", "debian-12", None), public)
    (fault,) = blocking(check_batch(plan_batch(made, listing(), 1, views), views))
    assert fault.values == {"cloud": "administrative", "kind": "image", "name": "debian-12"}


def test_floating_ips_come_from_an_external_network() -> None:
    admin, public = empty()
    inner = offering(public, "network", "provider", {"external": "no"})
    rows = listing([{"audience": ["public"]}])
    assert told(faults(rows, (admin, inner))) == [("plan.network-external", "fail", "public-service")]


def test_a_cloud_that_did_not_answer_is_unknown_and_blocks() -> None:
    _, public = empty()
    assert told(faults(listing(), (public,))) == [("plan.cloud-seen", "unknown", "administrative")]


def test_a_refused_system_refuses_the_batch_and_a_blocked_one_does_not() -> None:
    assert told(faults(listing([{"target_cloud": "public-service"}]), empty())) == [
        ("plan.system-refused", "fail", "S-1")
    ]
    assert faults(listing([{"mlps_level": 0}]), empty()) == []


def test_a_classified_row_refuses_the_batch_without_a_name() -> None:
    (fault,) = faults(listing([{}, {"id": "SECRET-9", "networks": ["intranet"]}]), empty())
    assert (fault.code, fault.subject, fault.values) == ("plan.classified-on-list", "", {"count": "1"})
