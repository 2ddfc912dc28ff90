"""Looks at the servers of a plan from outside: nothing is "as planned" because it was so once. Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.errors import MigrateError, StorageError
from orchestrator.execution.prepare import Prepared
from orchestrator.model.pipeline import Verb
from orchestrator.model.plan import BatchPlan, CloudPart, GuestSpec, Mark, ServerSpec, SystemPlan
from orchestrator.model.programme import Hold
from orchestrator.model.result import CheckResult, CheckStatus, CloudView, Guest, Observed, RunStatus, SystemRun
from orchestrator.model.seen import Seen
from orchestrator.planning.differences import Sight
from orchestrator.planning.pipelines import is_configured
from orchestrator.ports import GuestProbe, HostKeys

# Why the plan has no line for a part of a system: nobody knows what is there.
_NOT_SEEN = "plan.cloud-not-seen"
# Looks wait for networks, not for this machine.
SIDE_BY_SIDE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What is looked with.

    Attributes:
        undeclared: also knock at a port that is not declared; it takes the probe's whole patience.
        tell: told of each system once it was looked at.
    """

    guests: GuestProbe
    host_keys: HostKeys
    undeclared: bool = False
    tell: Callable[[Seen], None] = lambda _: None


def seen_as_planned(prepared: Prepared, eyes: Eyes, runs: Callable[[], Iterable[SystemRun]]) -> Prepared:
    """Return the plan with what was seen of every system that it calls as planned; what is not is held.

    Args:
        prepared: a plan, and what its clouds said.
        eyes: what is looked with.
        runs: the record of the batch, steps and all; only asked when somebody cannot be seen.
    """
    kept = [system for system in prepared.plan.systems if system.mark is Mark.KEEP and system.spec]
    seen = {each.system: each for each in look(kept, prepared.views, eyes)}
    if any(each.status is CheckStatus.UNKNOWN for each in seen.values()):
        last = last_verified(runs())
        seen = {system: replace(each, since=last.get(system)) for system, each in seen.items()}
    systems = tuple(_held(system, seen.get(system.system)) for system in prepared.plan.systems)
    return replace(prepared, plan=replace(prepared.plan, systems=systems), seen=seen)


def verify(prepared: Prepared, eyes: Eyes, runs: Callable[[], Iterable[SystemRun]]) -> tuple[Seen, ...]:
    """Look at every system that the plan provisions, as planned or not: what is missing on its clouds fails too."""
    systems = provisioned(prepared.plan)
    last = last_verified(runs())
    return tuple(replace(seen, since=last.get(seen.system)) for seen in look(systems, prepared.views, eyes))


def provisioned(plan: BatchPlan) -> tuple[SystemPlan, ...]:
    """Return the systems that have, or shall have, something on a cloud; a row or a rule may hold the others back."""
    return tuple(
        system
        for system in plan.systems
        if system.spec or system.items or any(reason.code == _NOT_SEEN for reason in system.reasons)
    )


def look(systems: Sequence[SystemPlan], views: Sequence[CloudView], eyes: Eyes) -> tuple[Seen, ...]:
    """Look at systems, side by side; in the order they were given."""
    sight = Sight.of(views)
    found: dict[str, Seen] = {}
    with ThreadPoolExecutor(max_workers=max(1, min(SIDE_BY_SIDE, len(systems)))) as pool:
        looks = [pool.submit(_look, system, sight, eyes) for system in systems]
        for done in as_completed(looks):
            each = done.result()
            found[each.system] = each
            eyes.tell(each)
    return tuple(found[system.system] for system in systems)


def last_verified(runs: Iterable[SystemRun]) -> Mapping[str, datetime]:
    """Return when a run last found each system right from outside."""
    last: dict[str, datetime] = {}
    for run in runs:
        for step in run.steps:
            if step.verb == Verb.VERIFY and step.status is RunStatus.DONE and step.ended:
                last[run.system] = max(step.ended, last.get(run.system, step.ended))
    return last


def _held(system: SystemPlan, seen: Seen | None) -> SystemPlan:
    """Return a system that is known not to be as planned as one that a person has to look at.

    Its specification stays: a cutover that was begun has to end, whatever the ports say.
    """
    if seen is None or seen.status in {CheckStatus.PASS, CheckStatus.UNKNOWN}:
        return system
    return replace(system, mark=Mark.HOLD, hold=Hold.BLOCK)


def _look(system: SystemPlan, sight: Sight, eyes: Eyes) -> Seen:
    checks = [*_objects(system)]
    if system.spec:
        checks += [check for part in system.spec.parts for check in _part(part, system.spec.facts, sight, eyes)]
    return Seen(system=system.system, checks=tuple(checks))


def _objects(system: SystemPlan) -> Iterator[CheckResult]:
    """Judge a system by what its clouds say of its objects; a cloud that said nothing is unknown."""
    for reason in system.reasons:
        if reason.code == _NOT_SEEN:
            yield CheckResult(code="plan.cloud-seen", status=CheckStatus.UNKNOWN, subject=reason.values["cloud"])
    marks = Counter(item.mark for item in system.items)
    values = {mark.name.lower(): str(marks[mark]) for mark in (Mark.CREATE, Mark.CHANGE, Mark.HOLD)}
    right = marks.keys() <= {Mark.KEEP}
    status = CheckStatus.PASS if right else CheckStatus.FAIL
    yield CheckResult(code="seen.objects", status=status, subject=system.system, values=values)


def _part(part: CloudPart, facts: Mapping[str, str], sight: Sight, eyes: Eyes) -> Iterator[CheckResult]:
    servers = {item.name: sight.of_object(part.cloud, item) for item in part.objects if isinstance(item, ServerSpec)}
    for spec in part.guests:
        found = servers[spec.server][0] if servers[spec.server] else None
        active = found is not None and found.status == "ACTIVE"
        yield CheckResult(
            code="run.server-active",
            status=CheckStatus.PASS if active else CheckStatus.FAIL,
            subject=spec.server,
            values={"cloud": part.cloud, "status": found.status if found else "missing"},
        )
        if found and active and is_configured(spec):
            yield from _guest(found, spec, facts, eyes)


def _guest(found: Observed, spec: GuestSpec, facts: Mapping[str, str], eyes: Eyes) -> Iterator[CheckResult]:
    address = found.detail.get("address", "")
    if not address:
        yield CheckResult(code="guest.no-address", status=CheckStatus.UNKNOWN, subject=spec.server)
        return
    # Pinned by the server's id: of one that somebody made anew under our marks nothing is known.
    keys = eyes.host_keys.known(found.cloud, found.id)
    guest = Guest(server=spec.server, address=address, host_keys=keys)
    try:
        yield eyes.guests.identify(guest, spec.user)
        yield from eyes.guests.check(guest, spec, facts, undeclared=eyes.undeclared)
    except StorageError:
        raise
    except MigrateError as error:
        yield CheckResult(
            code="guest.not-looked-at", status=CheckStatus.ERROR, subject=spec.server, values={"error": error.code}
        )
