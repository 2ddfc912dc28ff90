"""Synthetic programmes for the planner's tests: deterministic, of any size, shaped like a city's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from orchestrator.model.plan import Placement
from orchestrator.model.programme import (
    Batch,
    CloudKind,
    CloudSpec,
    Flavor,
    Lifecycle,
    Programme,
    Zone,
)
from orchestrator.model.schedule import Clusters, Freeze, ScheduleRules
from orchestrator.model.system import Dependency, Disposition, MigrationList, Row, Secrecy, Server, System

CLOUDS = ("public-service", "administrative")
SOURCE = Row(file="list.yaml", sheet="", number=1)

# The winter of 2018 as Yantai's first batch met it.
WINTER = (
    Freeze(first=date(2018, 1, 23), last=date(2018, 1, 31), name="省两会"),
    Freeze(first=date(2018, 3, 3), last=date(2018, 3, 20), name="全国两会"),
)


def system(number: int, unit: str, **cells: object) -> System:
    """Return one system of the list."""
    fields: dict[str, object] = {
        "id": f"S-{number:05}",
        "unit": unit,
        "name": f"业务系统{number:05}",
        "row": replace(SOURCE, number=number + 1),
        "secrecy": Secrecy.UNCLASSIFIED,
        "disposition": Disposition.MIGRATE,
        **cells,
    }
    return System(**fields)  # type: ignore[arg-type]


def server(owner: System, number: int = 1) -> Server:
    """Return one server of a system."""
    return Server(id=f"{owner.id}-{number}", system_id=owner.id, row=owner.row)


def needs(user: System, needed: System) -> Dependency:
    """Return a dependency."""
    return Dependency(system_id=user.id, needs_id=needed.id, row=user.row)


def programme(batches: tuple[Batch, ...], rules: ScheduleRules) -> Programme:
    """Return a programme with two clouds."""
    zone = Zone(name="common", network="common")
    flavor = Flavor(name="small", vcpus=1, ram_mib=512, disk_gib=3)
    kinds = (CloudKind.PUBLIC_SERVICE, CloudKind.ADMINISTRATIVE)
    return Programme(
        slug="example",
        title="合成项目",
        list_files=("list.yaml",),
        clouds=tuple(
            CloudSpec(name=name, kind=kind, lifecycle=Lifecycle.AVAILABLE, zones=(zone,), flavors=(flavor,))
            for name, kind in zip(CLOUDS, kinds, strict=True)
        ),
        rules=(),
        batches=batches,
        schedule=rules,
        synthetic=True,
    )


def placed(listing: MigrationList, clouds: Mapping[str, str] | None = None) -> tuple[Placement, ...]:
    """Return a placement of every system: the cloud named for it, else by its number."""
    owned: dict[str, list[str]] = {}
    for machine in listing.servers:
        owned.setdefault(machine.system_id, []).append(machine.id)
    placements = []
    for index, item in enumerate(listing.systems):
        cloud = (clouds or {}).get(item.id, CLOUDS[index % len(CLOUDS)])
        targets = dict.fromkeys(owned.get(item.id, ()), (cloud, "common"))
        disposition = item.disposition or Disposition.MIGRATE
        placements.append(Placement(system=item.id, disposition=disposition, decisions=(), targets=targets))
    return tuple(placements)


def city(
    systems: int, units: int, batches: tuple[Batch, ...], rules: ScheduleRules, seed: int = 1
) -> tuple[Programme, MigrationList]:
    """Return a city: units of uneven size, one to four servers a system, one dependency to every three systems.

    `batches` may name units `单位001` …; every unit has a system.
    """
    random = Random(seed)
    names = [f"单位{number:03}" for number in range(1, units + 1)]
    weights = [1 / (1 + rank / 8) for rank in range(units)]
    owners = names + random.choices(names, weights, k=systems - units)
    rows = tuple(
        system(
            number,
            unit,
            data_gib=Decimal(random.choice((5, 20, 60, 90, 150, 280, 400))),
            users=random.choice((20, 100, 800, 5000)),
        )
        for number, unit in enumerate(owners, start=1)
    )
    servers = tuple(server(row, number + 1) for row in rows for number in range(random.choice((1, 1, 1, 2, 2, 3, 4))))
    mine: dict[str, list[System]] = {}
    dependencies = []
    for index, row in enumerate(rows):
        # Most dependencies stay in the unit and are short; some cross units. Always on an earlier row: no cycle.
        older = mine.get(row.unit, []) if random.random() < 0.85 else rows[max(0, index - 3) : index]
        if older and random.random() < 1 / 3:
            dependencies.append(needs(row, random.choice(older[-3:])))
        mine.setdefault(row.unit, []).append(row)
    listing = MigrationList(systems=rows, servers=servers, dependencies=tuple(dependencies))
    return programme(batches, rules), listing


def yantai() -> tuple[Programme, MigrationList]:
    """Return a city of Yantai's published size: 516 systems, 51 units, 26 of them in the first batch by decree."""
    first = tuple(f"单位{number:03}" for number in range(1, 27))
    batches = (
        Batch(number=1, title="首批", deadline=date(2018, 2, 28), units=first),
        Batch(number=2, title="第二批", deadline=date(2018, 6, 30)),
        Batch(number=3, title="第三批", deadline=date(2018, 12, 31)),
    )
    rules = ScheduleRules(
        start=date(2017, 12, 22),
        freezes=WINTER,
        long_hours=12,
        people=10,
        limits={"systems": 20, "servers": 40, "data_gib": 4000, "public-service/servers": 25},
        clusters=Clusters.ORDERED,
        month_start_systems=("S-00003",),
    )
    return city(516, 51, batches, rules)


def province() -> tuple[Programme, MigrationList]:
    """Return a programme of 2,000 systems in 180 units, 40 of them fixed."""
    first = tuple(f"单位{number:03}" for number in range(1, 41))
    batches = (
        Batch(number=1, title="首批", deadline=date(2018, 3, 31), units=first),
        Batch(number=2, title="第二批", deadline=date(2018, 6, 30)),
        Batch(number=3, title="第三批", deadline=date(2018, 9, 30)),
        Batch(number=4, title="第四批", deadline=date(2018, 12, 31)),
    )
    rules = ScheduleRules(
        start=date(2017, 12, 1),
        freezes=WINTER,
        long_hours=12,
        people=24,
        limits={"systems": 40, "servers": 80, "data_gib": 9000, "administrative/servers": 50},
        clusters=Clusters.ORDERED,
    )
    return city(2000, 180, batches, rules)


def country(systems: int = 100_000) -> tuple[Programme, MigrationList]:
    """Return a programme far larger than any: 100,000 systems in 3,000 units over three years."""
    days = (date(2018, 12, 31), date(2019, 12, 31), date(2020, 12, 31))
    batches = tuple(Batch(number=number, deadline=day) for number, day in enumerate(days, start=1))
    rules = ScheduleRules(
        start=date(2018, 1, 1),
        people=400,
        limits={"servers": 1200, "data_gib": 60_000},
        freezes=WINTER,
        clusters=Clusters.ORDERED,
    )
    return city(systems, min(3000, systems), batches, rules)
