"""Red, yellow, green and grey lights: how a task, a system or a thing with a deadline stands on a day.

The rules are the practice that cities have published (green runs to plan, yellow is close to its deadline or was
done late, red is behind), made exact here because no document gives days. A colour never stands alone: each light
carries the code of its reason, and reports print the word beside the colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from orchestrator.model.census import Task
from orchestrator.model.system import Disposition, Status, System

# 临近时限: so many days before a deadline, what is not in its final step turns yellow.
NEAR = timedelta(days=7)
# 迟办留痕: what was done late stays yellow for one reporting period, a month.
PERIOD = timedelta(days=31)

# The reason of what fell due after the list was written: it may be done, and nobody has said so.
UNKNOWN = "light.unknown-since"

_ON_CLOUD = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED})
_ENDED = frozenset({Status.RETIRED, Status.MERGED})
# Data is being synchronised: what is left is the cutover itself.
_FINAL_STEP = frozenset({Status.SYNCING})
_STAYS = frozenset({Disposition.RETAIN, Disposition.CONNECT, Disposition.EXCLUDE})


class Light(StrEnum):
    """红、黄、绿、灰, the most urgent first."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """A light and why: `reason` is a code of the text catalogue; `done` says that nothing is left to do."""

    light: Light
    reason: str
    done: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


def light_task(task: Task, at: date, described: date | None = None) -> Lit:
    """Return how a task of the ledger stands at the end of a day.

    A task that was put off is judged by the day it was first promised for. One without a day is red: a leaf
    without a day breaks the rule that every leaf has one, and unknown is never green.

    Args:
        task: a leaf of the ledger.
        at: the day that is looked from.
        described: the day that the list describes, if it says so; what was due since is unknown, not late.
    """
    blocked = bool(task.problem and not task.next_step)
    return light_due(task.due, task.done_on, at, blocked=blocked, described=described)


def light_system(system: System, at: date, planned: date | None = None, described: date | None = None) -> Lit:
    """Return how a system stands at the end of a day, by its status, its deadline and its planned night if any.

    A planned night that has passed by `NEAR` or less is yellow, by more it is red. The list does not say on which
    day a system was moved, so a finished one is green without a trace of lateness. Of a night or a deadline since
    the day that the list describes (`described`) nobody knows what came: grey.
    """
    if system.disposition in _STAYS or system.status is Status.DEFERRED:
        return Lit(light=Light.GREY, reason="light.stays")
    if system.status in _ON_CLOUD or system.status in _ENDED:
        return Lit(light=Light.GREEN, reason="light.done", done=True)
    if system.status is Status.ROLLED_BACK:
        return Lit(light=Light.RED, reason="light.rolled-back")
    if system.due is None and system.disposition in {Disposition.RETIRE, Disposition.MERGE}:
        # Clean-up has a date of its own on the census form.
        return light_due(system.cleanup_due, None, at, dateless=Light.GREY, described=described)
    by_deadline = light_due(
        system.due, None, at, final_step=system.status in _FINAL_STEP, dateless=Light.GREY, described=described
    )
    if planned is None or planned >= at or by_deadline.light is Light.RED:
        return by_deadline
    if described is not None and planned >= described:
        return Lit(light=Light.GREY, reason=UNKNOWN, values={"day": str(described)})
    behind = at - planned
    light = Light.YELLOW if behind <= NEAR else Light.RED
    return Lit(light=light, reason="light.behind-plan", values={"days": str(behind.days)})


def light_due(
    due: date | None,
    done_on: date | None,
    at: date,
    *,
    blocked: bool = False,
    final_step: bool = False,
    dateless: Light = Light.RED,
    described: date | None = None,
) -> Lit:
    """Return the light of anything with a deadline.

    Args:
        due: the day it was promised for.
        done_on: the day it was done; one after `at` has not come yet.
        at: the day that is looked from.
        blocked: something stops it and nobody has said what will be done about it.
        final_step: only its last step is left, so a near deadline is no reason to worry.
        dateless: the light of what has no deadline.
        described: the day that the rows describe; None is the day that is looked from.
    """
    if done_on is not None and done_on <= at:
        late = (done_on - due).days if due is not None else 0
        if late > 0 and at - done_on <= PERIOD:
            return Lit(light=Light.YELLOW, reason="light.done-late", done=True, values={"days": str(late)})
        return Lit(light=Light.GREEN, reason="light.done", done=True)
    if due is not None and due < at and described is not None and due >= described:
        return Lit(light=Light.GREY, reason=UNKNOWN, values={"day": str(described)})
    if due is not None and due < at:
        return Lit(light=Light.RED, reason="light.overdue", values={"days": str((at - due).days)})
    if blocked:
        return Lit(light=Light.RED, reason="light.blocked")
    if due is None:
        return Lit(light=dateless, reason="light.no-day")
    if due - at <= NEAR and not final_step:
        return Lit(light=Light.YELLOW, reason="light.near", values={"days": str((due - at).days)})
    return Lit(light=Light.GREEN, reason="light.on-schedule")


def worst(lights: Iterable[Light]) -> Light:
    """Return the most urgent light; grey for nothing at all."""
    order = list(Light)
    return min(lights, key=order.index, default=Light.GREY)


def together(lit: Iterable[Lit]) -> Light:
    """Return the light of several: the most urgent, and never green where one of them is unknown."""
    found = tuple(lit)
    light = worst(one.light for one in found)
    return Light.GREY if light is Light.GREEN and any(one.reason == UNKNOWN for one in found) else light
