"""How a cutover plan says days, times, clouds and users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from orchestrator.model.cutover import CutoverNight, CutoverPlan, CutoverSystem, Risk
from orchestrator.reporting.reasons import clean, word
from orchestrator.reporting.texts import Say

# So many systems are named where all would bury what is said about them.
_NAMED = 5


def title_of(plan: CutoverPlan, say: Say) -> tuple[str, str]:
    """Return the document's title: whose it is, and what it is."""
    if plan.scope == "system":
        return clean(plan.title), say("cutover.title.system", system=clean(plan.subject))
    return clean(plan.title), say("cutover.title.batch", batch=plan.batch)


def day(value: date, say: Say) -> str:
    """Return a date as prose writes it."""
    return say("cutover.day", year=value.year, month=value.month, day=value.day)


def night_title(night: CutoverNight, number: int, say: Say) -> str:
    """Return the heading of a night's run sheet."""
    return say(
        "cutover.night",
        number=number,
        date=day(night.evening, say),
        start=f"{night.start:%H:%M}",
        end=f"{night.end:%H:%M}",
        systems=len(night.systems),
        crews=night.crews,
    )


def header(say: Say, *names: str) -> tuple[str, ...]:
    """Return the words over a table's columns."""
    return tuple(say(f"cutover.column.{name}") for name in names)


def risk_text(risk: Risk, say: Say) -> str:
    """Return a risk as a sentence that names the first systems it concerns."""
    named = ", ".join(clean(system) for system in risk.systems[:_NAMED])
    more = " …" if len(risk.systems) > _NAMED else ""
    return say(f"cutover.risk.{risk.code}", count=len(risk.systems), systems=f"{named}{more}", minutes=risk.minutes)


def clouds_text(plan: CutoverPlan, names: Sequence[str], say: Say) -> str:
    """Return clouds by their kind; a cloud's own name is told where its kind does not say which it is."""
    same = Counter(plan.cloud_kinds.values())
    told = (
        say("cutover.cloud", kind=word(say, "kind", kind), name=clean(name))
        if same[kind] > 1
        else word(say, "kind", kind)
        for name, kind in ((name, plan.cloud_kinds[name]) for name in names)
    )
    return say("cutover.list-mark").join(told) or say("cutover.unknown")


def audiences_text(systems: Iterable[CutoverSystem], say: Say) -> str:
    """Return whom systems serve, with how many serve each."""
    found = Counter(name for system in systems for name in system.audience or ("",))
    told = (
        f"{say(f'cutover.audience.{name}') if name else say('cutover.unknown')} {count}"
        for name, count in sorted(found.items(), key=lambda item: (not item[0], -item[1], item[0]))
    )
    return say("cutover.list-mark").join(told)


def users_text(systems: Sequence[CutoverSystem], say: Say) -> str:
    """Return how many users systems have together, and for how many of them nobody said."""
    known = [system.users for system in systems if system.users is not None]
    unknown = len(systems) - len(known)
    if not known:
        return say("cutover.unknown")
    return say("cutover.users", users=f"{sum(known):,}", unknown=unknown) if unknown else f"{sum(known):,}"
