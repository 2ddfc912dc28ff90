"""Where a system goes: cloud, zone and flavor of each server, or why it does not go now.

Nothing is guessed and nothing falls back: an empty cell blocks, an unfinished cloud defers, a declared target
that the rules contradict is refused, each with the cells (rules P1–P3, P8, P13, P14).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from orchestrator.errors import Refused
from orchestrator.model.plan import Decision, Placement, Reason, Used
from orchestrator.model.programme import CloudKind, CloudSpec, Hold, Lifecycle, Programme, Rule, Stage, Zone
from orchestrator.model.system import Disposition, MigrationList, Server, System, Workload
from orchestrator.planning.classification import Verdict, classify, gravest
from orchestrator.planning.flavors import choose_flavor, image_of
from orchestrator.planning.rules import BUILT_IN, Facts, Finding, decision, first, of_stage, servers_by_system, told

_RULES = {rule.id: rule for rule in BUILT_IN}
# A server whose role cell is empty still says what it is by what is installed on it.
_FRONT_WORKLOADS = {Workload.NGINX: True, Workload.POSTGRESQL: False, Workload.MARIADB: False, Workload.NONE: None}


def place(
    programme: Programme,
    listing: MigrationList,
    system: System,
    *,
    servers: Iterable[Server] | None = None,
    today: date | None = None,
) -> Placement:
    """Return where one system goes, or why it does not; arguments as `classify`'s.

    Raises:
        Refused: `rule.unknown-field` or `rule.incomplete`, a rule that cannot be asked.
    """
    facts = Facts(system, listing, servers, today)
    verdict = classify(programme, system, listing, servers=facts.servers, today=today)
    answer = _Answer(facts, verdict)
    if verdict.disposition is Disposition.MIGRATE:
        facts.outcome = verdict.disposition
        _aim(programme, facts, answer)
    return answer.placement()


def place_all(
    programme: Programme, listing: MigrationList, *, today: date | None = None
) -> tuple[tuple[tuple[System, Placement], ...], int]:
    """Return every system with its placement, by id, and how many classified ones are not named among them.

    Raises:
        Refused: as `place`.
    """
    servers = servers_by_system(listing)
    found = [
        (system, place(programme, listing, system, servers=servers.get(system.id, ()), today=today))
        for system in sorted(listing.systems, key=lambda system: system.id)
    ]
    named = tuple(pair for pair in found if pair[1].disposition is not Disposition.EXCLUDE)
    return named, listing.classified_count + len(found) - len(named)


class _Answer:
    """Collects decisions, holds and targets; every hold is kept, so that a person sees all of them at once."""

    def __init__(self, facts: Facts, verdict: Verdict) -> None:
        self.facts = facts
        self.verdict = verdict
        self.decisions = list(verdict.decisions)
        self.holds = [verdict.hold] if verdict.hold else []
        self.reasons = list(verdict.reasons)
        self.targets: dict[str, tuple[str, str]] = {}
        self.flavors: dict[str, str] = {}

    def stop(self, rule: str, hold: Hold, code: str, *cells: Used, **values: str) -> None:
        """Record that a rule of the code holds the system back."""
        if not any(reason.code == code and reason.values.get("cell") == _last(cells) for reason in self.reasons):
            self.holds.append(hold)
            self.note(rule, code, *cells, outcome=hold.value, **values)

    def note(self, rule: str, code: str, *cells: Used, outcome: str = "note", **values: str) -> None:
        """Record something a person should know."""
        self.reasons.append(
            Reason(code=code, values={"rule": rule, "cells": told(cells), "cell": _last(cells), **values}, cells=cells)
        )
        known = _RULES.get(rule)
        basis = known.basis if known else ""
        self.decisions.append(
            Decision(rule=rule, stage=Stage.GATE.value, outcome=outcome, cells=tuple(cells), basis=basis)
        )

    def cell(self, server: Server, field: str) -> Used:
        """Return a server's cell."""
        value = str(getattr(server, field) or "")
        return Used(field=field, value=value, cell=self.facts.listing.cell(server.row, field))

    def placement(self) -> Placement:
        goes = not self.holds
        return Placement(
            system=self.facts.system.id,
            disposition=self.verdict.disposition,
            decisions=tuple(self.decisions),
            targets=self.targets if goes else {},
            flavors=self.flavors if goes else {},
            hold=gravest(self.holds),
            reasons=tuple(self.reasons),
        )


def _last(cells: tuple[Used, ...]) -> str:
    return cells[-1].cell if cells else ""


def _aim(programme: Programme, facts: Facts, answer: _Answer) -> None:
    finding = first(of_stage(programme, Stage.TARGET), facts)
    if finding is None:
        answer.stop("", Hold.BLOCK, "place.no-rule", stage=Stage.TARGET.value)
        return
    if finding.empty:
        for field in finding.empty:
            answer.stop(finding.rule.id, Hold.BLOCK, "place.empty-cell", facts.used(field), field=field)
        return
    rule = finding.rule
    clouds = {kind: _cloud(programme, facts.system, kind, answer) for kind in _kinds(rule)}
    answer.decisions.append(decision(finding, facts, _told(rule, clouds)))
    _check_declared(programme, finding, clouds, answer)
    for cloud in clouds.values():
        if cloud is not None:
            _check_cloud(cloud, facts, answer)
    _place_servers(rule, clouds, facts, answer)


def _kinds(rule: Rule) -> tuple[CloudKind, ...]:
    if rule.cloud is None:
        raise Refused("rule.incomplete", rule=rule.id, field="cloud")
    return tuple(dict.fromkeys((rule.cloud, rule.split_cloud or rule.cloud)))


def _told(rule: Rule, clouds: Mapping[CloudKind, CloudSpec | None]) -> str:
    halves = [(rule.cloud, rule.zone)]
    if rule.front:
        halves.append((rule.split_cloud or rule.cloud, rule.split_zone))
    names = {kind: cloud.name if cloud else kind.value for kind, cloud in clouds.items()}
    return " + ".join(dict.fromkeys(f"{names[kind]}/{zone}" for kind, zone in halves if kind))


def _cloud(programme: Programme, system: System, kind: CloudKind, answer: _Answer) -> CloudSpec | None:
    """Return the cloud of a kind that serves the system's region: its own, else its parent's (P14)."""
    clouds = [cloud for cloud in programme.clouds if cloud.kind is kind]
    region, seen = system.region, set[str]()
    while region and region not in seen:
        seen.add(region)
        own = next((cloud for cloud in clouds if region in cloud.regions), None)
        if own is not None:
            if region != system.region:
                answer.note("P14", "place.parent-cloud", answer.facts.used("region"), cloud=own.name, region=region)
            return own
        region = programme.region_parents.get(region, "")
    general = next((cloud for cloud in clouds if not cloud.regions), None)
    if general is None and clouds and not system.region:
        answer.stop("P14", Hold.BLOCK, "place.empty-cell", answer.facts.used("region"), field="region")
    elif general is None:
        # P13: a cloud nobody has declared does not exist yet; the other cloud is no substitute.
        answer.stop("P13", Hold.DEFER, "place.no-cloud", kind=kind.value)
    return general


def _check_declared(
    programme: Programme, finding: Finding, clouds: Mapping[CloudKind, CloudSpec | None], answer: _Answer
) -> None:
    """Refuse a declared target that is none of the clouds the rules come to."""
    facts = answer.facts
    declared = facts.system.target_cloud
    chosen = {cloud.name for cloud in clouds.values() if cloud} | {kind.value for kind in clouds}
    others = {cloud.name for cloud in programme.clouds} - {cloud.name for cloud in clouds.values() if cloud}
    if declared and (declared not in chosen or declared in others):
        answer.stop(
            "DECLARED",
            Hold.REFUSE,
            "place.target-contradicts",
            *(facts.used(field) for field in finding.fields),
            facts.used("target_cloud"),
            declared=declared,
            derived=_told(finding.rule, clouds),
            by=finding.rule.id,
        )


def _check_cloud(cloud: CloudSpec, facts: Facts, answer: _Answer) -> None:
    if cloud.lifecycle is not Lifecycle.AVAILABLE:
        answer.stop("P13", Hold.DEFER, "place.cloud-not-available", cloud=cloud.name, lifecycle=cloud.lifecycle.value)
    level = facts.system.mlps_level
    if level is not None and level > cloud.mlps_level:
        answer.stop(
            "P8",
            Hold.BLOCK,
            "place.cloud-level",
            facts.used("mlps_level"),
            cloud=cloud.name,
            level=str(level),
            cloud_level=str(cloud.mlps_level),
        )


def _place_servers(rule: Rule, clouds: Mapping[CloudKind, CloudSpec | None], facts: Facts, answer: _Answer) -> None:
    if not facts.servers:
        answer.stop("SERVERS", Hold.BLOCK, "place.no-servers", facts.used("servers"))
        return
    sides = {server.id: _is_front(server, rule, facts) for server in facts.servers}
    if rule.split_cloud and rule.split_cloud is not rule.cloud and True not in sides.values():
        answer.stop(rule.id, Hold.BLOCK, "place.no-front", facts.used("audience"))
    for server in facts.servers:
        front = sides[server.id]
        if front is None:
            answer.stop(rule.id, Hold.BLOCK, "place.empty-cell", answer.cell(server, "role"), field="role")
            continue
        kind = rule.cloud if front else rule.split_cloud or rule.cloud
        cloud = clouds[kind] if kind else None
        if cloud is None:
            continue
        zone = _zone(cloud, rule, front=front, answer=answer)
        if zone is not None:
            answer.targets[server.id] = (cloud.name, zone.name)
        _size(cloud, server, answer)


def _is_front(server: Server, rule: Rule, facts: Facts) -> bool | None:
    """Tell whether a server faces the rule's first zone; None when neither its role nor its workload says."""
    if not rule.front:
        return True
    if server.role:
        return server.role.casefold() in rule.front
    alone = len(facts.servers) == 1 and rule.split_cloud is None
    return True if alone else _FRONT_WORKLOADS[server.workload]


def _zone(cloud: CloudSpec, rule: Rule, *, front: bool, answer: _Answer) -> Zone | None:
    """Return the rule's zone, or the declared one where that is no more exposed to the Internet."""
    declared = answer.facts.system.zone if front else ""
    ruled = cloud.zone(rule.zone if front else rule.split_zone)
    zone = cloud.zone(declared) if declared else ruled
    if zone is None:
        name = declared or (rule.zone if front else rule.split_zone)
        cells = (answer.facts.used("zone"),) if declared else ()
        answer.stop("ZONE", Hold.REFUSE, "place.no-zone", *cells, cloud=cloud.name, zone=name)
    elif zone.floating_network and not (ruled and ruled.floating_network):
        answer.stop(
            "ZONE",
            Hold.REFUSE,
            "place.zone-contradicts",
            answer.facts.used("audience"),
            answer.facts.used("zone"),
            zone=zone.name,
            derived=ruled.name if ruled else "",
        )
    return zone


def _size(cloud: CloudSpec, server: Server, answer: _Answer) -> None:
    choice = choose_flavor(cloud, server, answer.facts.system)
    if choice.flavor is not None:
        answer.flavors[server.id] = choice.flavor.name
    else:
        rule = "ARCH" if choice.code.startswith("place.arch") else "FLAVOR"
        cells = [answer.facts.used(field) for field in choice.system_cells]
        cells += [answer.cell(server, field) for field in choice.server_cells]
        answer.stop(rule, choice.hold, choice.code, *cells, server=server.id, cloud=cloud.name, **choice.values)
    if image_of(cloud, server) is None:
        cell = answer.cell(server, "os")
        answer.stop("IMAGE", Hold.BLOCK, "place.no-image", cell, server=server.id, cloud=cloud.name)
