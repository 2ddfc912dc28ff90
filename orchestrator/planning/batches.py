"""A batch's plan: which systems it has, what becomes of each, and what it asks of the clouds. Pure: it asks nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from orchestrator.errors import Refused
from orchestrator.model.batches import Decrees
from orchestrator.model.canonical import digest
from orchestrator.model.moving import (
    AnyRules,
    ExternalRules,
    FilesRules,
    MariaRules,
    PartRules,
    RehostRules,
    WebappRules,
    part_rules,
)
from orchestrator.model.plan import BatchPlan, Mark, Placement, Reason, SystemPlan, SystemSpec
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Batch, Hold, Programme
from orchestrator.model.result import CloudView
from orchestrator.model.system import Disposition, MigrationList, Server, Status, System
from orchestrator.planning.addresses import address_notes, sum_addresses
from orchestrator.planning.capacity import flavor_differences, sum_quotas
from orchestrator.planning.classification import gravest, settled
from orchestrator.planning.differences import Sight, changed_roles, compare, mark_of, renamed, renewed_servers
from orchestrator.planning.placement import place
from orchestrator.planning.rules import servers_by_system, told
from orchestrator.planning.specs import Roles, build_spec, server_slug, slug

_ON_CLOUD = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED})
_NOT_TO_GO = _ON_CLOUD | {Status.RETIRED, Status.MERGED, Status.DEFERRED}
_TOLD = 20
_REACHABLE = frozenset({Disposition.RETAIN, Disposition.CONNECT})


def plan_batch(
    programme: Programme,
    listing: MigrationList,
    number: int,
    views: Sequence[CloudView] | None,
    *,
    roles: Roles = MappingProxyType({}),
) -> BatchPlan:
    """Return what the batch would do now; the same for the same list, in whatever order its rows stand.

    Args:
        programme: clouds, rules and batches.
        listing: the migration list.
        number: the batch.
        views: the clouds as seen just now; None plans without them: everything is to create, quotas are unknown.
        roles: what configures each workload; only who runs or compares a plan needs to know it.

    Raises:
        Refused: `plan.no-batch` if the programme has none of that number; `rule.…` if a rule cannot be asked.
    """
    batch = programme.batch(number)
    if batch is None:
        known = ", ".join(str(each.number) for each in programme.batches)
        raise Refused("plan.no-batch", batch=number, known=known)
    census = _Census.of(programme, listing)
    members = [system for system in census.named if number in census.decrees.batches_of(system)]
    drafts = [_draft(programme, census, batch, system, roles) for system in members]
    sight = None if views is None else Sight.of(views)
    placed = {draft.system.id for draft in drafts if draft.spec}
    systems = tuple(_finish(census, draft, sight, placed) for draft in drafts)
    going = [(system.spec, system.items) for system in systems if system.spec]
    wanted = [
        (draft.system.id, draft.placement.disposition, draft.hold, draft.digest, *census.moves_of(draft.system))
        for draft in drafts
    ]
    addresses = sum_addresses(going, views)
    return BatchPlan(
        programme=programme.slug,
        batch=number,
        deadline=batch.deadline,
        systems=systems,
        quotas=tuple(sorted((*sum_quotas(programme, going, views), *addresses), key=lambda line: line.cloud)),
        digest=digest([programme.slug, number, batch.deadline, wanted]),
        observed=views is not None,
        classified_count=listing.classified_count + census.excluded_count,
        excluded_count=census.excluded_count,
        notes=(
            *_left_out(programme, census),
            *flavor_differences(programme, going, views or ()),
            *address_notes(going, addresses, views or ()),
            *_leftovers(census, systems, views or ()),
        ),
    )


def left_out(programme: Programme, listing: MigrationList) -> tuple[System, ...]:
    """Return the systems that are to migrate and that no batch takes, in the order of their ids.

    None of a programme without batches, and none that wait, are there already or have ended.

    Raises:
        Refused: `rule.…` if a rule cannot be asked.
    """
    if not programme.batches:
        return ()
    decrees, servers = Decrees(programme.batches), servers_by_system(listing)
    alone = [
        system
        for system in sorted(listing.systems, key=lambda one: one.id)
        if system.status not in _NOT_TO_GO and not system.deferral and not decrees.batches_of(system)
    ]
    return tuple(
        system
        for system in alone
        if settled(programme, system, listing, servers=servers.get(system.id, ())) is Disposition.MIGRATE
    )


def left_out_problems(programme: Programme, listing: MigrationList) -> Iterator[Problem]:
    """Yield one warning about all systems that no batch takes, at the first one's row.

    Raises:
        Refused: as `left_out`.
    """
    found = left_out(programme, listing)
    if found:
        row = found[0].row
        cell = listing.cell(row, "batch").rpartition("!")[2]
        if row.file.casefold().endswith((".yaml", ".yml")):
            place = {"sheet": "", "cell": f"{row.sheet}[{row.number - 1}]"}
        else:
            place = {"sheet": row.sheet, "cell": f"A{cell}" if cell.isdecimal() else cell}
        values = {"count": str(len(found)), "systems": some_of(found)}
        yield Problem(
            code="list.left-out", severity=Severity.WARNING, file=row.file, value=found[0].id, values=values, **place
        )


def _left_out(programme: Programme, census: _Census) -> Iterator[Reason]:
    """Yield that systems are in no batch, whichever batch this is: none would ever be asked for them."""
    found = left_out(programme, census.listing)
    if found:
        yield Reason(code="plan.left-out", values={"count": str(len(found)), "systems": some_of(found)})


def some_of(systems: Sequence[System]) -> str:
    """Return the ids of systems, the first of them where there are many."""
    told = ", ".join(system.id for system in systems[:_TOLD])
    return f"{told} …" if len(systems) > _TOLD else told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Census:
    """The whole list, indexed; `named` leaves out what rule P0 excludes."""

    listing: MigrationList
    decrees: Decrees
    named: tuple[System, ...]
    by_id: Mapping[str, System]
    dispositions: Mapping[str, Disposition]
    excluded_count: int
    excluded_slugs: frozenset[str]
    servers: Mapping[str, tuple[Server, ...]]
    needs: Mapping[str, tuple[str, ...]]
    shared_slugs: frozenset[str]
    moves: Mapping[str, AnyRules]

    @classmethod
    def of(cls, programme: Programme, listing: MigrationList) -> _Census:
        servers = servers_by_system(listing)
        ordered = sorted(listing.systems, key=lambda system: system.id)
        dispositions = {
            system.id: settled(programme, system, listing, servers=servers.get(system.id, ())) for system in ordered
        }
        named = tuple(system for system in ordered if dispositions[system.id] is not Disposition.EXCLUDE)
        needs: dict[str, set[str]] = defaultdict(set)
        for dependency in listing.dependencies:
            needs[dependency.system_id].add(dependency.needs_id)
        full = Counter(
            f"{slug(server.system_id)}-{server_slug(server)}" for found in servers.values() for server in found
        )
        slugs = Counter(slug(system.id) for system in ordered)
        doubled = {slug(system.id) for system in ordered if slugs[slug(system.id)] > 1}
        doubled |= {
            slug(server.system_id)
            for found in servers.values()
            for server in found
            if full[f"{slug(server.system_id)}-{server_slug(server)}"] > 1
        }
        excluded = [system for system in ordered if dispositions[system.id] is Disposition.EXCLUDE]
        return cls(
            listing=listing,
            decrees=Decrees(programme.batches),
            named=named,
            by_id={system.id: system for system in named},
            dispositions=dispositions,
            excluded_count=len(excluded),
            moves=programme.moving.databases,
            excluded_slugs=frozenset(slug(system.id) for system in excluded),
            servers=servers,
            needs={system: tuple(sorted(found)) for system, found in needs.items()},
            shared_slugs=frozenset(doubled),
        )

    def moves_of(self, system: System) -> tuple[AnyRules, ...]:
        """Return how a system's data is declared to move; nothing where it is not."""
        return (self.moves[system.id],) if system.id in self.moves else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A system before anything was compared with the clouds."""

    system: System
    placement: Placement
    hold: Hold | None
    reasons: tuple[Reason, ...]
    spec: SystemSpec | None

    @property
    def digest(self) -> str:
        return self.spec.digest if self.spec else ""


def _draft(programme: Programme, census: _Census, batch: Batch, system: System, roles: Roles) -> _Draft:
    servers = census.servers.get(system.id, ())
    placement = place(programme, census.listing, system, servers=servers)
    reasons = list(placement.reasons)
    holds = [placement.hold] if placement.hold else []
    numbers = census.decrees.batches_of(system)
    if len(numbers) > 1:
        told = ", ".join(map(str, numbers))
        reasons.append(Reason(code="plan.two-batches", values={"batches": told, "unit": system.unit}))
        holds.append(Hold.REFUSE)
    if placement.disposition is Disposition.MIGRATE and slug(system.id) in census.shared_slugs:
        reasons.append(Reason(code="plan.name-collision", values={"slug": slug(system.id)}))
        holds.append(Hold.REFUSE)
    reasons += _remarks(programme, census, batch, system)
    hold = gravest(holds)
    goes = hold is None and placement.disposition is Disposition.MIGRATE
    spec = build_spec(programme, batch.number, system, servers, placement, roles) if goes else None
    return _Draft(system=system, placement=placement, hold=hold, reasons=tuple(reasons), spec=spec)


def _remarks(programme: Programme, census: _Census, batch: Batch, system: System) -> Iterator[Reason]:
    """Yield what a person should know of a system's batch; none of it decides anything."""
    others = [
        other.number
        for other in programme.batches
        if other.number != batch.number and (system.id in other.systems or system.unit in other.units)
    ]
    named_here = system.id in batch.systems or system.unit in batch.units
    if system.batch is not None and others and not named_here:
        told = ", ".join(map(str, others))
        cell = census.listing.cell(system.row, "batch")
        yield Reason(code="plan.batch-differs", values={"declared": str(system.batch), "batches": told, "cell": cell})
    if system.due and batch.deadline and system.due > batch.deadline:
        values = {
            "due": system.due.isoformat(),
            "deadline": batch.deadline.isoformat(),
            "cell": census.listing.cell(system.row, "due"),
        }
        yield Reason(code="plan.due-after-deadline", values=values)


def _finish(census: _Census, draft: _Draft, sight: Sight | None, placed: set[str]) -> SystemPlan:
    """Return a system's lines: its draft, compared with what was found where it goes."""
    system, hold = draft.system, draft.hold
    reasons = [*draft.reasons]
    plan = SystemPlan(
        system=system.id,
        name=system.name,
        unit=system.unit,
        mark=Mark.HOLD,
        disposition=draft.placement.disposition,
        hold=hold,
    )
    if hold is None and draft.spec is None:
        mark = Mark.RETIRE if plan.disposition is Disposition.RETIRE else Mark.KEEP
        return replace(plan, mark=mark, reasons=(*_led_to(draft.placement), *reasons))
    if draft.spec is None:
        return replace(plan, reasons=tuple(reasons))
    reasons += _needs(census, draft, sight, placed)
    items, obstacles = compare(draft.spec, sight)
    if sight:
        reasons += renewed_servers(draft.spec, sight)
        reasons += changed_roles(draft.spec, sight)
        reasons += renamed(draft.spec, sight)
    reasons += (_moves(census, system, part) for rules in census.moves_of(system) for part in part_rules(rules))
    if any(isinstance(rules, WebappRules) for rules in census.moves_of(system)):
        reasons.append(Reason(code="plan.moves-webapp", values={"system": system.id}))
    mark = Mark.HOLD if obstacles else mark_of(items)
    return replace(
        plan,
        mark=mark,
        hold=Hold.BLOCK if mark is Mark.HOLD else None,
        items=items,
        reasons=(*obstacles, *reasons),
        spec=None if mark is Mark.HOLD else draft.spec,
    )


def _moves(census: _Census, system: System, rules: PartRules) -> Reason:
    """Say what data follows once the servers stand; `migrate cutover --dry-run` has the very list."""
    found = next((server for server in census.servers.get(system.id, ()) if server.id == rules.server), None)
    values = {
        "system": system.id,
        "databases": ", ".join(rules.databases),
        "source": (found.source_address if found else "") or "?",
        "frozen": f"{rules.limits.frozen.total_seconds():g}",
    }
    if isinstance(rules, ExternalRules):
        return Reason(code="plan.moves-external", values={**values, "tool": rules.tool.name})
    if isinstance(rules, RehostRules):
        return Reason(code="plan.moves-rehost", values={**values, "keeper": rules.keeper.address})
    if isinstance(rules, FilesRules):
        values["target"] = rules.target.path
        if rules.proxy:
            proxy = f"{rules.proxy.address}:{rules.proxy.port}"
            return Reason(code="plan.moves-site", values={**values, "proxy": proxy})
        return Reason(code="plan.moves-files", values=values)
    if isinstance(rules, MariaRules):
        return Reason(
            code="plan.moves-mariadb", values={**values, "proxy": f"{rules.proxy.address}:{rules.proxy.port}"}
        )
    return Reason(code="plan.moves", values={**values, "pooler": f"{rules.pooler.address}:{rules.pooler.port}"})


def _led_to(placement: Placement) -> Iterator[Reason]:
    """Yield why a system that is not provisioned goes nowhere: the rule that said so."""
    for decision in placement.decisions[:1]:
        cells = tuple(used for used in decision.cells if used.value)
        values = {"rule": decision.rule, "cells": told(cells)}
        yield Reason(code=f"plan.{placement.disposition}", values=values, cells=cells)


def _needs(census: _Census, draft: _Draft, sight: Sight | None, placed: set[str]) -> Iterator[Reason]:
    """Yield a warning for each system that this one needs and will not reach when the batch is done."""
    for needed in census.needs.get(draft.system.id, ()):
        other = census.by_id.get(needed)
        if other is None:
            yield Reason(code="plan.needs-unknown")  # excluded or not on the list: not named
            continue
        reachable = (
            needed in placed
            or other.status in _ON_CLOUD
            or census.dispositions[needed] in _REACHABLE
            or (sight is not None and sight.has_servers(slug(needed), len(census.servers.get(needed, ()))))
        )
        if not reachable:
            becomes = census.dispositions[needed].value
            yield Reason(code="plan.needs-unreachable", values={"needs": needed, "disposition": becomes})


def _leftovers(census: _Census, systems: Iterable[SystemPlan], views: Sequence[CloudView]) -> Iterator[Reason]:
    """Yield what carries our marks and is no part of any plan; it is left alone."""
    if not any(view.objects for view in views):
        return
    specs = {system.spec.slug: system.spec for system in systems if system.spec}
    # A system with an obstacle on a cloud still wants its objects; one that does not go wants none.
    held = {slug(system.system) for system in systems if not system.spec and not system.items}
    wanted = {
        (part.cloud, spec.slug, item.owner.key)
        for spec in specs.values()
        for part in spec.parts
        for item in part.objects
    }
    expected = {slug(system) for system, end in census.dispositions.items() if end is Disposition.MIGRATE}
    found: Counter[tuple[str, str]] = Counter()
    for view in views:
        for seen in view.objects:
            elsewhere = seen.system in expected and seen.system not in specs and seen.system not in held
            if seen.system and not elsewhere and (view.cloud, seen.system, seen.key) not in wanted:
                hidden = seen.system in census.excluded_slugs
                found[(view.cloud, "" if hidden else seen.system)] += 1
    for (cloud, system), count in sorted(found.items()):
        code = "plan.leftover" if system else "plan.leftover-unnamed"
        yield Reason(code=code, values={"cloud": cloud, "system": system, "count": str(count)})
