"""What becomes of a system: retire, merge, migrate, retain, connect or exclude, by the programme's rules.

A declared disposition that a rule contradicts is reported with both cells; neither silently wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orchestrator.errors import Refused
from orchestrator.model.plan import Decision, Reason
from orchestrator.model.programme import Hold, Programme, Rule, Stage
from orchestrator.model.system import Disposition, MigrationList, Server, System
from orchestrator.planning.rules import Facts, Finding, decision, holding, of_stage, servers_by_system, told

_GRAVITY = (Hold.DEFER, Hold.BLOCK, Hold.REFUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A disposition with what led to it; `hold` and `reasons` come from gates and contradictions.

    Attributes:
        decisions: the rule that decided, then the gates that hold.
        candidates: rules of thumb that a person may look into; they decided nothing.
    """

    disposition: Disposition
    decisions: tuple[Decision, ...]
    hold: Hold | None = None
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[Decision, ...] = ()


def classify(
    programme: Programme,
    system: System,
    listing: MigrationList,
    *,
    servers: Iterable[Server] | None = None,
    today: date | None = None,
) -> Verdict:
    """Return what becomes of one system, and by which rules.

    Args:
        programme: whose rules decide.
        system: the system.
        listing: the list it stands on; names the cells.
        servers: the system's servers, where the caller has them at hand.
        today: the day that candidates' ages are counted to; without it nothing is said about age.

    Raises:
        Refused: `rule.unknown-field` or `rule.incomplete`, a rule that cannot be asked.
    """
    facts = Facts(system, listing, servers, today)
    ruled = next(holding(of_stage(programme, Stage.DISPOSITION), facts), None)
    if ruled is None:
        reason = Reason(code="place.no-rule", values={"stage": Stage.DISPOSITION.value})
        return Verdict(disposition=Disposition.RETAIN, decisions=(), hold=Hold.BLOCK, reasons=(reason,))
    facts.outcome, contradiction = _settle(ruled.rule, facts)
    declared = ("disposition",) if facts.outcome is not ruled.rule.disposition else ()
    decisions = [decision(ruled, facts, facts.outcome.value, *declared)]
    reasons = [*contradiction]
    holds = [Hold.REFUSE] * len(contradiction)
    if ruled.rule.hold is not None:
        holds.append(ruled.rule.hold)
        reasons.append(reason_of(ruled, facts))
    for gate in holding(of_stage(programme, Stage.GATE), facts):
        decisions.append(decision(gate, facts, gate.rule.hold.value if gate.rule.hold else "note"))
        reasons.append(reason_of(gate, facts))
        holds += [gate.rule.hold] if gate.rule.hold else []
    candidates = holding(of_stage(programme, Stage.CANDIDATE), facts)
    return Verdict(
        disposition=facts.outcome,
        decisions=tuple(decisions),
        hold=gravest(holds),
        reasons=tuple(reasons),
        candidates=tuple(decision(finding, facts, "candidate") for finding in candidates),
    )


def classify_all(
    programme: Programme, listing: MigrationList, *, today: date | None = None
) -> tuple[tuple[tuple[System, Verdict], ...], int]:
    """Return every system with its verdict, by id, and how many classified ones are not named among them.

    Raises:
        Refused: as `classify`.
    """
    servers = servers_by_system(listing)
    found = [
        (system, classify(programme, system, listing, servers=servers.get(system.id, ()), today=today))
        for system in sorted(listing.systems, key=lambda system: system.id)
    ]
    named = tuple(pair for pair in found if pair[1].disposition is not Disposition.EXCLUDE)
    return named, listing.classified_count + len(found) - len(named)


def settled(
    programme: Programme, system: System, listing: MigrationList, *, servers: Iterable[Server] | None = None
) -> Disposition:
    """Return the disposition alone, for a look over a whole list; a system no rule speaks of is retained.

    Raises:
        Refused: as `classify`.
    """
    facts = Facts(system, listing, servers)
    ruled = next(holding(of_stage(programme, Stage.DISPOSITION), facts), None)
    return _settle(ruled.rule, facts)[0] if ruled else Disposition.RETAIN


def gravest(holds: Iterable[Hold]) -> Hold | None:
    """Return the hold that weighs most: a refusal over a block over a deferral."""
    return max(holds, key=_GRAVITY.index, default=None)


def reason_of(finding: Finding, facts: Facts) -> Reason:
    """Return a rule's reason with the deciding cells: `fields` and `cells`, and `cell` for the last of them."""
    compared = tuple(facts.used(field) for field in finding.fields if field != "outcome")
    values = {
        "rule": finding.rule.id,
        "cells": told(compared),
        "cell": compared[-1].cell if compared else "",
    }
    return Reason(code=finding.rule.reason, values=values, cells=compared)


def _settle(rule: Rule, facts: Facts) -> tuple[Disposition, tuple[Reason, ...]]:
    """Return the rule's disposition, or the declared one where the rule allows it, or both with the contradiction."""
    if rule.disposition is None:
        raise Refused("rule.incomplete", rule=rule.id, field="disposition")
    derived = rule.disposition
    declared = facts.system.disposition
    if declared is None or declared is derived or derived is Disposition.EXCLUDE:
        return derived, ()
    if declared in rule.allows:
        return declared, ()
    looked_at = tuple(facts.used(condition.field) for condition in rule.when)
    values = {
        "declared": declared.value,
        "derived": derived.value,
        "rule": rule.id,
        "declared_cell": facts.used("disposition").cell,
        "cells": told(looked_at),
    }
    return derived, (Reason(code="place.disposition-contradicts", values=values, cells=looked_at),)
