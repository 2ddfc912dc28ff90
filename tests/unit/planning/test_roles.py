"""A changed role makes the servers that it configured `~`, and says so; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from orchestrator.model.plan import BatchPlan, Kind, Mark, Reason, SystemPlan
from orchestrator.model.result import CloudView
from orchestrator.model.system import MigrationList, Workload
from orchestrator.planning.batches import plan_batch
from orchestrator.planning.specs import Roles
from orchestrator.reporting.reasons import reason_text
from orchestrator.reporting.texts import Lang, Say
from tests.unit.planning.given import as_seen, listing, programme

LANGUAGES: tuple[Lang, ...] = ("en", "zh")
SERVERS: list[dict[str, object]] = [
    {"id": "S-1-web", "system_id": "S-1", "workload": "nginx"},
    {"id": "S-1-db", "system_id": "S-1", "workload": "postgresql"},
    {"id": "S-2-web", "system_id": "S-2", "workload": "nginx"},
    {"id": "S-3-bare", "system_id": "S-3", "workload": "none"},
]
# A web server without a database, and a bare server without any role.
LISTING: MigrationList = listing([{}, {"id": "S-2"}, {"id": "S-3"}], SERVERS)


def roles(changed: Mapping[str, str] | None = None) -> Roles:
    def of(*names: str) -> Mapping[str, str]:
        return {name: sha256((name + (changed or {}).get(name, "")).encode()).hexdigest() for name in names}

    return {
        Workload.NGINX: of("base", "mirror", "nginx"),
        Workload.POSTGRESQL: of("base", "mirror", "postgresql"),
        Workload.MARIADB: of("base", "mirror", "mariadb"),
    }


def plan(views: tuple[CloudView, ...] | None, now: Roles, rows: MigrationList = LISTING) -> BatchPlan:
    return plan_batch(programme(), rows, 1, views, roles=now)


def systems(found: BatchPlan) -> dict[str, SystemPlan]:
    return {system.system: system for system in found.systems}


def configurations(system: SystemPlan) -> dict[str, tuple[Mark, Mapping[str, str]]]:
    return {item.name: (item.mark, item.detail) for item in system.items if item.kind is Kind.CONFIGURATION}


def test_nothing_changed_is_all_equal_and_the_order_of_roles_means_nothing() -> None:
    turned = {workload: dict(sorted(used.items(), reverse=True)) for workload, used in roles().items()}
    again = plan(as_seen(plan(None, roles())), turned)
    assert {item.mark for system in again.systems for item in system.items} == {Mark.KEEP}
    assert {reason for system in again.systems for reason in system.reasons} == set()
    assert again.digest == plan(None, roles()).digest


def test_a_changed_role_makes_its_systems_change_and_no_other() -> None:
    seen = as_seen(plan(None, roles()))
    again = plan(seen, roles({"postgresql": "!"}))
    found = systems(again)
    assert {name: system.mark for name, system in found.items()} == {
        "S-1": Mark.CHANGE, "S-2": Mark.KEEP, "S-3": Mark.KEEP,
    }  # fmt: skip
    # The playbook is the system's, so each of its servers notes every role of it.
    assert found["S-1"].reasons == (
        Reason(code="plan.role-changed", values={"role": "postgresql", "servers": "lab-s-1-db, lab-s-1-web"}),
    )
    assert list(configurations(found["S-1"]).values()) == [(Mark.CHANGE, {"roles": "postgresql"})] * 2
    assert again.digest != plan(None, roles()).digest
    told = [reason_text(Say(lang), found["S-1"].reasons[0]) for lang in LANGUAGES]
    assert told[0].startswith("role postgresql changed since it configured lab-s-1-db, lab-s-1-web")
    assert told[1].startswith("角色 postgresql 在 lab-s-1-db, lab-s-1-web 配置之后有变更")


def test_a_role_of_everybody_changes_everybody_that_is_configured() -> None:
    found = systems(plan(as_seen(plan(None, roles())), roles({"base": "!", "nginx": "!"})))
    assert {name: system.mark for name, system in found.items()} == {
        "S-1": Mark.CHANGE, "S-2": Mark.CHANGE, "S-3": Mark.KEEP,
    }  # fmt: skip
    assert [reason.values["role"] for reason in found["S-2"].reasons] == ["base", "nginx"]


def test_changed_data_is_told_from_a_changed_role() -> None:
    seen = as_seen(plan(None, roles()))
    opened = [{**SERVERS[0], "openings": ["tcp:8080"]}, *SERVERS[1:]]
    found = systems(plan(seen, roles(), listing([{}, {"id": "S-2"}, {"id": "S-3"}], opened)))["S-1"]
    assert found.mark is Mark.CHANGE
    assert found.reasons == ()
    assert all(set(detail) == {"digest"} for _, detail in configurations(found).values())


def test_a_note_from_before_roles_were_noted_is_a_change_once() -> None:
    older = as_seen(plan(None, {}))
    found = systems(plan(older, roles()))
    assert {name: system.mark for name, system in found.items()} == {
        "S-1": Mark.CHANGE, "S-2": Mark.CHANGE, "S-3": Mark.KEEP,
    }  # fmt: skip
    assert [reason.code for reason in found["S-1"].reasons] == ["plan.roles-unnoted"]
    assert systems(plan(as_seen(plan(None, roles())), roles()))["S-1"].mark is Mark.KEEP


def test_a_note_fits_into_one_item_of_novas_metadata() -> None:
    every = [{"id": f"S-1-{each}", "system_id": "S-1", "workload": each.value} for each in Workload]
    (system,) = plan(None, roles(), listing([{}], every)).systems
    assert system.spec
    assert all(0 < len(part.configuration_digest) <= 255 for part in system.spec.parts)
