"""The bound that is printed with every plan: no arrangement waits less, and no single resource proves as much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.model.schedule import BEIJING, Night
from orchestrator.planning.schedule.bounds import relax
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.greedy import Task
from orchestrator.planning.schedule.groups import Group

# One night for each of five groups, so that there is always an arrangement.
LAST = 4


def nights(*minutes: int) -> list[Night]:
    first = datetime(2018, 1, 8, 22, tzinfo=BEIJING)
    starts = [first + timedelta(days=number) for number in range(len(minutes))]
    return [
        Night(evening=one.date(), start=one, end=one + timedelta(minutes=long), minutes=long)
        for one, long in zip(starts, minutes, strict=True)
    ]


def capacity(**limits: int) -> Capacity:
    return Capacity(limits=limits, crews=100, reserve=0, pieces={})


def task(number: int, systems: int, load: Mapping[str, int], last: int = LAST) -> Task:
    group = Group(
        id=f"S-{number}", batch=1, jobs=(), minutes=10, span=10, reserves=(), load=load, not_before=None, due=None,
        month_start=False, systems=systems,
    )  # fmt: skip
    return Task(group=group, opens=0, first=0, last=last)


def fits(chosen: Sequence[int], tasks: Sequence[Task], room: Mapping[str, int]) -> bool:
    return all(
        sum(one.group.load[name] for one, night in zip(tasks, chosen, strict=True) if night == at) <= most
        for at in range(LAST + 1)
        for name, most in room.items()
    )


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5),
    st.integers(4, 6),
    st.integers(4, 6),
)
@settings(max_examples=40, deadline=None)
def test_no_arrangement_waits_less(groups: list[tuple[int, int, int]], most_a: int, most_b: int) -> None:
    tasks = [task(number, systems, {"a": a, "b": b}) for number, (systems, a, b) in enumerate(groups)]
    room = {"a": most_a, "b": most_b}
    best = min(
        sum(one.wait(night) for one, night in zip(tasks, chosen, strict=True))
        for chosen in product(range(LAST + 1), repeat=len(tasks))
        if fits(chosen, tasks, room)
    )
    assert relax(tasks, nights(*[480] * (LAST + 1)), capacity(**room))[1].waiting <= best


def test_a_mixture_of_resources_proves_more_than_any_one_of_them() -> None:
    # Of either kind four fit a window by what they take little of, but of both kinds together only two do.
    kinds = [{"a": 3, "b": 1}, {"a": 1, "b": 3}]
    tasks = [task(number, 1, kinds[number % 2], last=19) for number in range(20)]
    found = relax(tasks, nights(*[480] * 20), capacity(a=4, b=4))[1]
    assert found.waiting == sum(2 * night for night in range(10))
    assert set(found.weights) == {"a", "b"}
    alone = [relax(tasks, nights(*[480] * 20), capacity(**{name: 4}))[1].waiting for name in ("a", "b")]
    assert max(alone) < found.waiting


def test_a_window_without_room_is_waited_through() -> None:
    tasks = [task(number, 1, {"a": 4}, last=5) for number in range(2)]
    crews = Capacity(limits={}, crews=1, reserve=470, pieces={})
    assert relax(tasks, nights(480, 470, 480), crews)[1].waiting == 2


def test_where_nothing_is_planned_nothing_waits() -> None:
    assert relax([], nights(480), capacity(a=4)) == {}
