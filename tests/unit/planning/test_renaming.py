"""A system whose id was changed on the list is told before it is built twice, and held until a person says more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from orchestrator.errors import Refused
from orchestrator.execution.prepare import Prepared
from orchestrator.execution.renaming import held_as_renamed, renamed
from orchestrator.model.plan import Mark
from orchestrator.model.result import CloudView
from orchestrator.model.system import MigrationList
from orchestrator.planning.batches import plan_batch
from orchestrator.planning.renaming import Built, built_of
from tests.unit.planning import given

ADDRESS = "192.0.2.7"
OLD = given.listing([{"id": "S-1"}], [{"id": "SV-1", "source_address": ADDRESS}])
CLOUDS = ("administrative", "public-service")


def record(listing: MigrationList = OLD) -> tuple[Built, ...]:
    plan = plan_batch(given.programme(), listing, 1, None)
    return tuple(built_of(system.spec) for system in plan.systems if system.spec)


def standing(listing: MigrationList = OLD) -> tuple[CloudView, ...]:
    return given.as_seen(plan_batch(given.programme(), listing, 1, None), clouds=CLOUDS)


def now(
    server: str = "SV-1", address: str = ADDRESS, *, more: Sequence[dict[str, Any]] = (), system: str = "S-9"
) -> MigrationList:
    """Return the list with the system under its new id."""
    servers = [{"id": server, "system_id": system, "source_address": address}]
    servers += [{"system_id": each["id"], "id": f"{each['id']}-x", "source_address": address} for each in more]
    return given.listing([{"id": system}, *more], servers)


def prepared(listing: MigrationList, views: tuple[CloudView, ...] | None) -> Prepared:
    plan = plan_batch(given.programme(), listing, 1, views)
    return Prepared(plan=plan, checks=(), clouds={}, views=views or ())


def held(
    listing: MigrationList,
    views: tuple[CloudView, ...] | None,
    built: Iterable[Built] | None = None,
    others: Sequence[str] = (),
) -> Prepared:
    return held_as_renamed(prepared(listing, views), listing, lambda: record() if built is None else built, others)


@pytest.mark.parametrize("views", [standing(), None], ids=["seen", "offline"])
@pytest.mark.parametrize(
    ("listing", "by"),
    [
        pytest.param(now(), f"SV-1, {ADDRESS}", id="the same servers"),
        pytest.param(now(address=""), "SV-1", id="by the server's id alone"),
        pytest.param(now("SV-77"), ADDRESS, id="by the source's address alone"),
    ],
)
def test_a_new_id_beside_an_unlisted_old_one_is_held(
    listing: MigrationList, by: str, views: tuple[CloudView, ...] | None
) -> None:
    found = held(listing, views)
    (system,) = found.plan.systems
    assert (system.mark, system.spec, system.items) == (Mark.HOLD, None, ())
    assert system.reasons[0].code == "plan.looks-renamed"
    assert system.reasons[0].values == {"system": "S-9", "former": "S-1", "by": by, "batch": "1"}
    assert found.renamed == ("S-9",)
    assert not found.obstructed


def test_marks_on_a_cloud_tell_it_where_the_record_is_lost() -> None:
    found = held(now(), standing(), built=())
    assert found.plan.systems[0].reasons[0].values["former"] == "s-1"
    assert held(now("SV-77"), standing(), built=()).renamed == ()  # marks know no address


def test_a_server_that_bears_its_system_s_id_is_known_under_another() -> None:
    listing = given.listing([{"id": "S-1"}], [{"id": "S-1-web"}])
    assert held(now("S-1-web", ""), standing(listing), built=record(listing)).renamed == ("S-9",)
    # `web` of one system and `web` of another are two servers.
    assert held(now("S-9-web", ""), standing(listing), built=record(listing)).renamed == ()


def test_an_address_that_several_come_from_tells_nothing() -> None:
    assert held(now("SV-77", more=[{"id": "S-8"}]), standing()).renamed == ()


def test_what_is_gone_from_every_cloud_cannot_be_built_twice() -> None:
    assert held(now(), given.empty(*CLOUDS)).renamed == ()
    # One cloud did not answer: nobody knows what is there.
    assert renamed(now(), given.empty("public-service"), record)


def test_the_old_id_on_the_list_again_and_a_system_that_is_built_are_as_they_were() -> None:
    assert held(OLD, standing()).renamed == ()
    both = (*record(), *record(now()))
    assert held(now(), None, built=both).renamed == ()


def test_nobody_asks_the_record_where_nothing_is_to_be_made() -> None:
    plan = prepared(OLD, standing())
    assert held_as_renamed(plan, OLD, lambda: pytest.fail("asked")) is plan


def test_a_person_s_word_lets_it_go_and_is_told_again() -> None:
    found = held(now(), standing(), others=["S-9"])
    (system,) = found.plan.systems
    assert (system.mark, found.renamed, system.reasons[0].code) == (Mark.CREATE, (), "plan.not-renamed")
    assert held(now("SV-77", ""), standing(), others=["S-9"]).plan.systems[0].mark is Mark.CREATE
    with pytest.raises(Refused) as refused:
        held(now(), standing(), others=["S-9", "S-5", "S-6"])
    assert refused.value.values["systems"] == "S-5, S-6"
