"""What becomes of each system and where it goes, with the rules and cells behind every answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from orchestrator.model.plan import Decision, Placement
from orchestrator.model.programme import Rule, Stage
from orchestrator.model.system import Disposition, System
from orchestrator.planning.classification import Verdict
from orchestrator.planning.rules import BUILT_IN
from orchestrator.reporting.reasons import (
    HOLD_STYLES,
    clean,
    indented,
    padded,
    place_text,
    reason_text,
    target_text,
    value_text,
    word,
)
from orchestrator.reporting.texts import Say

_LABEL_CELLS = 14
_NAME_CELLS = 30
_FACT_CELLS = 36


@dataclass(frozen=True, slots=True)
class ClassificationView:
    """Every system's disposition; `systems` and `verdicts` go together, excluded systems are not among them."""

    systems: Sequence[System]
    verdicts: Sequence[Verdict]
    classified_count: int

    def data(self) -> Mapping[str, object]:
        """Return the table for programs."""
        return {
            "systems": [
                {
                    **_identity(system),
                    "class": system.system_class,
                    "declared": system.disposition,
                    "disposition": verdict.disposition,
                    "hold": verdict.hold,
                    "rules": [decision.rule for decision in verdict.decisions],
                    "candidates": [decision.rule for decision in verdict.candidates],
                    "reasons": verdict.reasons,
                }
                for system, verdict in zip(self.systems, self.verdicts, strict=True)
            ],
            "consolidation": [{"into": into, "systems": found} for into, found in self._consolidation()],
            "totals": _totals(verdict.disposition for verdict in self.verdicts),
            "classified_count": self.classified_count,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the table and the sums."""
        rows = []
        for system, verdict in zip(self.systems, self.verdicts, strict=True):
            notes = [reason_text(say, reason) for reason in verdict.reasons]
            notes += [f"{say('place.candidate')} {rule_text(say, found.rule)}" for found in verdict.candidates]
            rule = verdict.decisions[0].rule if verdict.decisions else ""
            rows.append(_Row(system, _state(say, verdict.disposition, verdict.hold), rule, tuple(notes)))
        yield from _row_lines(rows)
        for into, found in self._consolidation():
            yield Text(say("place.consolidation", into=clean(into), count=len(found)))
        yield _sum(say, self.data()["totals"], self.classified_count)

    def _consolidation(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Return what is merged into what, N to 1, the largest N first."""
        merged: defaultdict[str, list[str]] = defaultdict(list)
        for system, verdict in zip(self.systems, self.verdicts, strict=True):
            if verdict.disposition is Disposition.MERGE and system.merged_into:
                merged[system.merged_into].append(system.id)
        return sorted(merged.items(), key=lambda pair: (-len(pair[1]), pair[0]))


@dataclass(frozen=True, slots=True)
class PlacementView:
    """Every system's target; `systems` and `placements` go together, excluded systems are not among them."""

    systems: Sequence[System]
    placements: Sequence[Placement]
    classified_count: int

    def data(self) -> Mapping[str, object]:
        """Return the table for programs."""
        return {
            "systems": [
                {**_identity(system), **_placement_data(placement)}
                for system, placement in zip(self.systems, self.placements, strict=True)
            ],
            "totals": _totals(placement.disposition for placement in self.placements),
            "classified_count": self.classified_count,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the table and the sums."""
        rows = []
        for system, placement in zip(self.systems, self.placements, strict=True):
            targets = sorted({f"{cloud}/{zone}" for cloud, zone in placement.targets.values()})
            goes = target_text(say, " + ".join(targets))
            state = _state(say, placement.disposition, placement.hold)
            notes = tuple(reason_text(say, reason) for reason in placement.reasons)
            rows.append(_Row(system, state, goes, notes))
        yield from _row_lines(rows)
        yield _sum(say, self.data()["totals"], self.classified_count)


@dataclass(frozen=True, slots=True)
class ExplainView:
    """One system: what was decided, by which rule, on which documents and cells."""

    system: System
    placement: Placement
    verdict: Verdict

    def data(self) -> Mapping[str, object]:
        """Return everything behind the answer."""
        return {
            **_identity(self.system),
            **_placement_data(self.placement),
            "decisions": self.placement.decisions,
            "candidates": self.verdict.candidates,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give one screen: the answer first, then each rule with the cells it looked at."""
        system, placement = self.system, self.placement
        yield Text.assemble((clean(system.id), "bold"), f"  {clean(system.name)}", (f"  {clean(system.unit)}", "dim"))
        yield Text.assemble(
            padded(say("place.disposition"), _LABEL_CELLS), _state(say, placement.disposition, placement.hold)
        )
        for number, target in enumerate(_targets(say, placement)):
            yield Text.assemble(padded(say("place.target") if not number else "", _LABEL_CELLS), target)
        for reason in placement.reasons:
            yield indented(reason_text(say, reason), _LABEL_CELLS)
        yield ""
        for decision in placement.decisions:
            yield from _decision_lines(say, decision)
        for candidate in self.verdict.candidates:
            yield from _decision_lines(say, candidate)


@dataclass(frozen=True, slots=True)
class RulesView:
    """The rules in force, in the order they are asked."""

    rules: Sequence[Rule]
    built_in: Sequence[Rule]

    def data(self) -> Mapping[str, object]:
        """Return the rules as they are written."""
        return {"rules": self.rules, "built_in": self.built_in}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each stage's rules: id, what it says, when it holds, what it rests on."""
        stages = dict.fromkeys(rule.stage for rule in self.rules)
        for stage in stages:
            yield Text(word(say, "stage", stage), style="bold")
            for rule in self.rules:
                if rule.stage is stage:
                    yield from _rule_lines(say, rule)
            yield ""
        yield Text(say("rule.built-in"), style="bold")
        for rule in self.built_in:
            yield from _rule_lines(say, rule)


def rule_text(say: Say, rule: str) -> str:
    """Return what a rule says; a programme's own rule has only its id."""
    return say.either(f"rule.{rule}", rule)


def _identity(system: System) -> Mapping[str, object]:
    return {"system": system.id, "name": system.name, "unit": system.unit}


def _placement_data(placement: Placement) -> Mapping[str, object]:
    return {
        "disposition": placement.disposition,
        "hold": placement.hold,
        "servers": [
            {"server": server, "cloud": cloud, "zone": zone, "flavor": placement.flavors.get(server, "")}
            for server, (cloud, zone) in sorted(placement.targets.items())
        ],
        "reasons": placement.reasons,
    }


def _totals(dispositions: Iterator[Disposition]) -> Mapping[str, int]:
    counted = Counter(dispositions)
    return {each.value: counted[each] for each in Disposition if each is not Disposition.EXCLUDE}


def _sum(say: Say, totals: object, classified: int) -> Text:
    counted = totals.items() if isinstance(totals, Mapping) else ()
    told = [f"{word(say, 'disposition', name)} {count}" for name, count in counted if count]
    told += [say("plan.total-classified", count=classified)] if classified else []
    return Text(say("plan.comma").join(told), style="bold")


@dataclass(frozen=True, slots=True)
class _Row:
    """One system's line, and what is said below it."""

    system: System
    state: Text
    end: str
    notes: tuple[str, ...]


def _row_lines(rows: Sequence[_Row]) -> Iterator[RenderableType]:
    """Give aligned lines: a table whose remarks have the whole width to themselves."""
    ids = max((cell_len(clean(row.system.id)) for row in rows), default=0)
    names = min(_NAME_CELLS, max((cell_len(clean(row.system.name)) for row in rows), default=0))
    units = min(_NAME_CELLS, max((cell_len(clean(row.system.unit)) for row in rows), default=0))
    states = max((row.state.cell_len for row in rows), default=0)
    for row in rows:
        line = Text.assemble(padded(clean(row.system.id), ids), "  ", padded(clean(row.system.name), names))
        line.append("  ").append_text(padded(clean(row.system.unit), units)).append("  ").append_text(row.state)
        if row.end:
            line.append(" " * (states - row.state.cell_len) + f"  {row.end}")
        yield line
        for note in row.notes:
            yield indented(note, ids + 2, "dim")
    yield ""


def _state(say: Say, disposition: Disposition, hold: object) -> Text:
    text = Text(word(say, "disposition", disposition))
    if hold is not None:
        text.append(f" · {word(say, 'hold', str(hold))}", style=next(s for h, s in HOLD_STYLES.items() if h == hold))
    return text


def _targets(say: Say, placement: Placement) -> Iterator[str]:
    for server, (cloud, zone) in sorted(placement.targets.items()):
        goes = target_text(say, f"{cloud}/{zone}")
        yield f"{clean(server)} → {goes} {placement.flavors.get(server, '')}".rstrip()


def _decision_lines(say: Say, decision: Decision) -> Iterator[RenderableType]:
    yield Text.assemble(padded(decision.rule, _LABEL_CELLS), (_outcome(say, decision), "bold"))
    basis = f" · {decision.basis}" if decision.basis else ""
    yield indented(f"{rule_text(say, decision.rule)}{basis}", _LABEL_CELLS)
    for used in decision.cells:
        told = f"{word(say, 'field', used.field)} = {value_text(say, used)}"
        yield indented(f"{padded(told, _FACT_CELLS)} {place_text(say, used)}", _LABEL_CELLS, "dim")


def _outcome(say: Say, decision: Decision) -> str:
    if decision.stage == Stage.TARGET:
        return target_text(say, decision.outcome)
    groups = {"disposition": "disposition", "gate": "hold", "candidate": "hold"}
    return word(say, groups.get(decision.stage, ""), decision.outcome)


def _rule_lines(say: Say, rule: Rule) -> Iterator[RenderableType]:
    basis = f" · {rule.basis}" if rule.basis else ""
    yield Text.assemble(padded(rule.id, _LABEL_CELLS), rule_text(say, rule.id), (basis, "dim"))
    told = [f"{condition.field} {condition.op} {', '.join(condition.values)}" for condition in rule.when]
    then = [each.value for each in (rule.disposition, rule.hold) if each]
    if rule.cloud:
        then.append(f"{rule.cloud}/{rule.zone}")
    if rule.split_zone:
        then.append(f"{rule.split_cloud or rule.cloud}/{rule.split_zone}")
    left = " & ".join(told) or ("" if rule in BUILT_IN else say("rule.always"))
    right = " + ".join(then) or say("hold.note")
    yield indented(f"{left} → {right}".strip(), _LABEL_CELLS, "dim")
