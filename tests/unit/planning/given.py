"""Builds programmes and lists for tests from plain values, as a YAML case or a keyword list has them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from orchestrator.adapters.intake.programme import default_rules
from orchestrator.model.plan import BatchPlan, ServerSpec, VolumeSpec
from orchestrator.model.programme import (
    Batch,
    CloudKind,
    CloudSpec,
    Condition,
    Flavor,
    Lifecycle,
    Op,
    Programme,
    Rule,
    Zone,
)
from orchestrator.model.result import CloudView, Observed, Offer, Usage
from orchestrator.model.system import Dependency, MigrationList, Opening, Row, Server, System
from orchestrator.planning.capacity import RESOURCES
from orchestrator.planning.differences import kind_of, wanted

FILE = "list.xlsx"
T = TypeVar("T")

FLAVORS = (
    Flavor(name="gov.small", vcpus=1, ram_mib=512, disk_gib=3),
    Flavor(name="gov.medium", vcpus=2, ram_mib=1024, disk_gib=5),
)
# A row that every rule lets pass to the administrative cloud; a case says only what differs.
ORDINARY: Mapping[str, Any] = {
    "id": "S-1",
    "unit": "甲局",
    "name": "档案系统",
    "secrecy": "unclassified",
    "audience": ["unit"],
    "networks": ["administrative-domain"],
    "mlps_level": 2,
    "dr_level": 2,
    "batch": 1,
}


def programme(clouds: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any) -> Programme:
    """Return a programme with an available cloud of each kind; `clouds` changes or adds some by name."""
    known = {cloud.name: cloud for cloud in _clouds()}
    for name, values in (clouds or {}).items():
        told = {**values}
        if "zones" in told:
            told["zones"] = tuple(Zone(name=zone, **item) for zone, item in told["zones"].items())
        if "flavors" in told:
            told["flavors"] = tuple(build(Flavor, {"name": flavor, **item}) for flavor, item in told["flavors"].items())
        base = known.get(name) or replace(known["administrative"], name=name)
        known[name] = replace(base, **_converted(CloudSpec, told))
    declared = Programme(
        slug="lab",
        title="实验",
        list_files=(FILE,),
        clouds=tuple(known.values()),
        rules=default_rules(),
        batches=(Batch(number=1, deadline=date(2026, 12, 31), units=("甲局",)), Batch(number=2, units=("乙局",))),
    )
    return replace(declared, **changes)


def _clouds() -> tuple[CloudSpec, ...]:
    return (
        CloudSpec(
            name="public-service",
            kind=CloudKind.PUBLIC_SERVICE,
            lifecycle=Lifecycle.AVAILABLE,
            zones=(
                Zone(name="internet", network="internet", floating_network="provider"),
                Zone(name="common", network="provider"),
            ),
            flavors=FLAVORS,
            images={"": "debian-12"},
            ssh_from="172.30.1.1/32",
        ),
        CloudSpec(
            name="administrative",
            kind=CloudKind.ADMINISTRATIVE,
            lifecycle=Lifecycle.AVAILABLE,
            zones=(Zone(name="common", network="provider"),),
            flavors=FLAVORS,
            images={"": "debian-12"},
            ssh_from="172.30.2.1/32",
        ),
        CloudSpec(
            name="dr", kind=CloudKind.DR, lifecycle=Lifecycle.BUILDING, flavors=FLAVORS, images={"": "debian-12"}
        ),
    )


def listing(
    systems: Sequence[Mapping[str, Any]] = ({},),
    servers: Sequence[Mapping[str, Any]] | None = None,
    dependencies: Iterable[tuple[str, str]] = (),
    **changes: Any,
) -> MigrationList:
    """Return a list; each system is `ORDINARY` with changes, and has one plain server unless `servers` says else."""
    rows = [system(number=number, **values) for number, values in enumerate(systems, start=2)]
    given = [{"id": f"{row.id}-app1", "system_id": row.id} for row in rows] if servers is None else servers
    return MigrationList(
        systems=tuple(rows),
        servers=tuple(
            server(number=number, **{"system_id": rows[0].id, **values}) for number, values in enumerate(given, 2)
        ),
        dependencies=tuple(
            Dependency(system_id=needing, needs_id=needed, row=Row(file=FILE, sheet="依赖", number=number))
            for number, (needing, needed) in enumerate(dependencies, 2)
        ),
        columns={(FILE, "系统"): _columns(System), (FILE, "服务器"): _columns(Server)},
        **changes,
    )


def system(*, number: int = 2, **values: Any) -> System:
    """Return a row of the sheet of systems: `ORDINARY` with changes."""
    return build(System, {**ORDINARY, **values, "row": Row(file=FILE, sheet="系统", number=number)})


def server(*, number: int = 2, **values: Any) -> Server:
    """Return a row of the sheet of servers; an opening is written `tcp:80`, or with ` from CIDR`."""
    openings = tuple(map(opening, values.pop("openings", ())))
    return build(Server, {**values, "openings": openings, "row": Row(file=FILE, sheet="服务器", number=number)})


def opening(text: str) -> Opening:
    """Return `tcp:80` or `tcp:5432 from 10.0.0.0/8` as an opening."""
    what, _, source = text.partition(" from ")
    protocol, _, port = what.partition(":")
    return Opening(protocol=protocol, first=int(port), last=int(port), source=source or "0.0.0.0/0")


def rule(values: Mapping[str, Any]) -> Rule:
    """Return a rule as rules.yaml writes it."""
    conditions = tuple(
        Condition(field=name.partition(".")[0], op=Op(op), values=tuple(map(_word, _listed(wanted))))
        for name, comparisons in values.get("when", {}).items()
        for op, wanted in comparisons.items()
    )
    rest = {name: value for name, value in values.items() if name not in ("when", "then")}
    return build(Rule, {**rest, **values.get("then", {}), "when": conditions})


def as_seen(plan: BatchPlan, *, clouds: Iterable[str] = ("administrative", "public-service")) -> tuple[CloudView, ...]:
    """Return what the clouds would show when the plan had been run."""
    objects: dict[str, dict[str, Observed]] = {cloud: {} for cloud in clouds}
    for each in plan.systems:
        for part in each.spec.parts if each.spec else ():
            attached = {
                name: item.name
                for item in part.objects
                if isinstance(item, ServerSpec)
                for name in (*item.volumes, item.boot_volume)
            }
            for item in part.objects:
                detail = dict(wanted(item))
                if isinstance(item, VolumeSpec):
                    detail["server"] = attached[item.name]
                if isinstance(item, ServerSpec):
                    detail["configured"] = part.configuration_digest
                objects[part.cloud][f"{kind_of(item)}/{item.name}"] = Observed(
                    kind=kind_of(item).value,
                    id=f"id-{len(objects[part.cloud])}",
                    name=item.name,
                    cloud=part.cloud,
                    system=item.owner.system,
                    key=item.owner.key,
                    status="ACTIVE" if isinstance(item, ServerSpec) else "",
                    detail=detail,
                )
    return tuple(
        CloudView(cloud=cloud, objects=tuple(found.values()), usage=usage(), offers=offers())
        for cloud, found in objects.items()
    )


def empty(*clouds: str, limit: int = 100, **limits: int) -> tuple[CloudView, ...]:
    """Return clouds without anything of ours."""
    names = clouds or ("administrative", "public-service")
    return tuple(
        CloudView(cloud=cloud, objects=(), usage=usage(limit=limit, **limits), offers=offers()) for cloud in names
    )


def usage(*, limit: int = 100, **limits: int) -> tuple[Usage, ...]:
    """Return a use of 1 of everything under a limit, RAM in proportion."""
    whole = {"ram_mib": limit * 1024, **limits}
    return tuple(Usage(resource=resource, limit=whole.get(resource, limit), used=1) for resource in RESOURCES)


# What a cloud tells of something that is as it should be.
SOUND: Mapping[str, Mapping[str, str]] = {
    "image": {"status": "active", "min_disk_gib": "2", "min_ram_mib": "256"},
    "network": {
        "status": "ACTIVE",
        "admin_up": "yes",
        "external": "yes",
        "port_security": "yes",
        "subnets": "1",
        "versions": "4",
        "without_dhcp": "",
        "addresses": "200",
        "taken_least": "10",
        "taken_most": "10",
    },
}


def offers() -> tuple[Offer, ...]:
    """Return what the test programme's specifications name."""
    flavors = [
        Offer(
            kind="flavor",
            name=flavor.name,
            id=f"id-{flavor.name}",
            detail={name: str(getattr(flavor, name)) for name in ("vcpus", "ram_mib", "disk_gib")},
        )
        for flavor in FLAVORS
    ]
    names = {"image": ("debian-12",), "network": ("internet", "provider")}
    others = [
        Offer(kind=kind, name=name, id=f"id-{name}", detail=SOUND[kind])
        for kind, found in names.items()
        for name in found
    ]
    return (*flavors, *others)


def build(kind: type[T], values: Mapping[str, Any]) -> T:
    """Return a dataclass of the model from words, numbers and lists."""
    return kind(**_converted(kind, values))


def _converted(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    hints = _hints(kind)
    return {name: _as(hints[name], value) for name, value in values.items()}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _as(hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return None if value is None else _as(next(each for each in arguments if each is not types.NoneType), value)
    if origin in (frozenset, tuple) and not isinstance(value, frozenset | tuple):
        return origin(_as(arguments[0], each) for each in _listed(value))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is Decimal:
        return Decimal(str(value))
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _columns(kind: type) -> Mapping[str, str]:
    names = [field.name for field in fields(kind) if field.name != "row"]
    return {name: _letters(number) for number, name in enumerate(names)}


def _letters(number: int) -> str:
    first, second = divmod(number, 26)
    return ("ABC"[first - 1] if first else "") + chr(ord("A") + second)
