"""What becomes of the turns of a night, by cases; how long one may take, and what it holds still."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.model.life import Life
from orchestrator.model.machines import DatabaseServer, Pooler, Proxy, Reach
from orchestrator.model.move import DatabaseMove, MariaMove
from orchestrator.model.schedule import BEIJING, Basis, Freeze, Slot, Window
from orchestrator.planning.night import Stage, Turn, needed_time, plan_night, shared_machines

FOLDER = Path(__file__).parents[2] / "cases" / "night"
CASES: list[dict[str, Any]] = [
    case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
OPENS = datetime(2026, 12, 4, 22, 0, tzinfo=BEIJING)


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return OPENS.replace(hour=hour, minute=minute) + timedelta(days=hour < 12)


def slot(system: str, told: str) -> Slot:
    crew, start, deadline, group, *_ = (*told.split(), system)
    return Slot(
        system=system, name="n", unit="u", batch=1, group=group, crew=int(crew), start=at(start),
        end=at(start) + timedelta(minutes=30), rollback_by=at(deadline), basis=Basis.DECLARED,
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_every_turn_gets_its_verdict(case: dict[str, Any]) -> None:
    slots = {system: slot(system, told) for system, told in case["slots"].items()}
    turns = [
        Turn(
            slot=each,
            stage=Stage(case.get("stages", {}).get(system, "ready")),
            needed=timedelta(minutes=case.get("minutes", {}).get(system, 0)),
            shares=frozenset(case.get("shares", {}).get(system, ())),
            fresh=system in case.get("fresh", ()),
        )
        for system, each in slots.items()
    ]
    window = Window(
        evening=OPENS.date(), start=OPENS, end=OPENS + timedelta(hours=8), load={}, slots=tuple(slots.values())
    )
    freezes = [Freeze(first=first, last=last, name="两会") for first, last in case.get("freezes", ())]
    said = plan_night(
        turns, window=window, crews=case["crews"], freezes=freezes, now=at(case["now"]),
        returns=case.get("returns", False),
    )  # fmt: skip
    assert {each.system: " ".join(f"{each.word} {each.reason} {each.by}".split()) for each in said} == case["said"]
    planned = sorted(said, key=lambda each: (slots[each.system].start, slots[each.system].crew, each.system))
    assert list(said) == planned


@pytest.mark.parametrize(
    ("fact", "seconds"),
    [
        (None, 30),
        ({"seconds": 12.5}, 30),
        ({"seconds": 300}, 300),
        ({"seconds": True}, 30),
        ({"seconds": "300"}, 30),
        ({"seconds": float("inf")}, 30),
        ({"seconds": float("nan")}, 30),
        ({"seconds": -1}, 30),
        ("rehearsed", 30),
    ],
)
def test_a_cutover_may_take_its_section_or_all_of_its_rehearsal(fact: object, seconds: float) -> None:
    life = Life(system="A", facts={} if fact is None else {"rehearsal": fact})
    assert needed_time(life, timedelta(seconds=30)) == timedelta(seconds=seconds)


def server(address: str, data: str = "") -> DatabaseServer:
    return DatabaseServer(name=address, reach=Reach(address=address), address=data or address)


def test_what_two_moves_share_is_found_by_every_address_of_a_machine() -> None:
    pooler = Pooler(name="p", reach=Reach(address="10.0.0.9"), file="/etc/route.ini")
    one = DatabaseMove(
        system="A", slug="a", databases=("a",), source=server("10.0.0.1", "10.1.0.1"), target=server("10.0.0.2"),
        pooler=pooler,
    )  # fmt: skip
    same_data = replace(
        one, source=server("10.2.0.1", "10.1.0.1"), target=server("10.0.0.4"),
        pooler=replace(pooler, reach=Reach(address="10.0.0.8")),
    )  # fmt: skip
    proxy = Proxy(
        name="p", reach=Reach(address="PROXY.gov"), port=3306, socket="/run/s", backend="b", source="s", target="t",
        maxconn=9,
    )  # fmt: skip
    other = MariaMove(
        system="B", slug="b", databases=("b",), source=server("10.0.0.5"), target=server("10.0.0.6"), proxy=proxy
    )
    assert shared_machines(one) & shared_machines(same_data) == {"10.1.0.1"}
    assert shared_machines(one) & shared_machines(replace(same_data, source=server("10.9.9.9"), pooler=pooler)) == {
        "10.0.0.9"
    }
    assert shared_machines(other) == {"10.0.0.5", "10.0.0.6", "proxy.gov"}
    assert not shared_machines(one) & shared_machines(other)
