"""What somebody renamed on a cloud is found by its mark, and is a note; names decide nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.model.plan import BatchPlan, Mark
from orchestrator.model.result import CloudView, Observed
from orchestrator.planning.batches import plan_batch
from orchestrator.reporting.reasons import reason_text
from orchestrator.reporting.texts import Say
from tests.unit.planning.given import as_seen, listing, programme

ROWS = listing(servers=[{"id": "S-1-db", "disk_gib": 40, "data_disk_gib": 2}, {"id": "S-1-app"}])
BOOTED = programme({"administrative": {"boot_from": "volume"}})
REFERENCES = {"boot_volume": "volume", "server": "server", "port": "port", "security_group": "security-group"}


def plan(views: tuple[CloudView, ...] | None) -> BatchPlan:
    return plan_batch(BOOTED, ROWS, 1, views)


def called(views: tuple[CloudView, ...], names: dict[tuple[str, str], str]) -> tuple[CloudView, ...]:
    """Return the views with objects renamed, by kind and name, also where another object tells of them."""

    def told(seen: Observed) -> Observed:
        detail = {
            name: names.get((REFERENCES.get(name, ""), text), text) if isinstance(text, str) else text
            for name, text in seen.detail.items()
        }
        return replace(seen, name=names.get((seen.kind, seen.name), seen.name), detail=detail)

    return tuple(replace(view, objects=tuple(map(told, view.objects))) for view in views)


def everything() -> dict[tuple[str, str], str]:
    return {
        (seen.kind, seen.name): f"x-{seen.name}"
        for view in as_seen(plan(None))
        for seen in view.objects
        if seen.kind in {"server", "volume", "port", "security-group"}
    }


def test_a_whole_system_under_other_names_is_as_planned_and_each_name_is_a_note() -> None:
    (system,) = plan(called(as_seen(plan(None)), everything())).systems

    assert {item.mark for item in system.items} == {Mark.KEEP}
    assert {reason.code for reason in system.reasons} == {"plan.renamed"}
    assert {reason.values["called"] for reason in system.reasons} == set(everything().values())
    for say in (Say("en"), Say("zh")):
        assert "x-lab-s-1-db" in "".join(reason_text(say, reason) for reason in system.reasons)


@pytest.mark.parametrize("kind", ["server", "volume", "port", "security-group"])
def test_names_that_were_exchanged_are_two_notes(kind: str) -> None:
    names = [name for found, name in everything() if found == kind]
    turned = {(kind, one): other for one, other in zip(names, [*names[1:], names[0]], strict=True)}
    expected = {"plan.renamed"} if len(names) > 1 else set()

    (system,) = plan(called(as_seen(plan(None)), turned)).systems

    assert {item.mark for item in system.items} == {Mark.KEEP}
    assert {reason.code for reason in system.reasons} == expected


def test_what_hangs_on_a_stranger_is_still_in_the_way() -> None:
    views = called(as_seen(plan(None)), {("volume", "lab-s-1-db-boot"): "x"})
    strange = tuple(
        replace(
            view,
            objects=tuple(
                replace(seen, detail={**seen.detail, "boot_volume": "a-stranger"})
                if seen.name == "lab-s-1-db"
                else seen
                for seen in view.objects
            ),
        )
        for view in views
    )

    (system,) = plan(strange).systems

    assert system.mark is Mark.HOLD
