"""What changed between two snapshots: a rate that rose because its definition changed has not risen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.subjects import AUDITS
from orchestrator.model.figures import AuditRules, Change, Comparison

# Rates, by how their names begin, that a rule of the programme defines.
_BY_RULE: Mapping[str, tuple[str, ...]] = {
    "baseline": (
        "room", "department", "rack", "area", "cost", "spend.om-released", "district.room", "capacity.racks-to-come",
    ),
    "level": (
        "room", "department", "rack", "area", "cost", "system", "cloud.", "verdict.", "closure.", "common.", "network.",
        "egress.", "dr.", "spend.om-released", "spend.kept-shut", "website.", "issue.", "connection.",
        "capacity.racks-to-come",
    ),
    "completion": ("system", "cloud.", "district.cloud"),
}  # fmt: skip


def compare(old: Question, new: Question) -> Comparison:
    """Compare every audit of two snapshots: a rate that rose because its definition changed has not risen."""
    return Comparison(
        old=old.at,
        new=new.at,
        definitions=dict(_definitions(old, new)),
        changes=tuple(change for subject in AUDITS for change in _changes(subject, old, new)),
    )


def _definitions(old: Question, new: Question) -> Iterator[tuple[str, tuple[str, str]]]:
    for member in fields(AuditRules):
        before, after = (getattr(ask.definitions.rules, member.name) for ask in (old, new))
        # The day itself is what differs between two snapshots; it defines nothing.
        if member.name != "as_of" and before != after:
            yield member.name, (_rule(member.name, before), _rule(member.name, after))
    formulas = old.definitions.formulas.keys() | new.definitions.formulas.keys()
    for name in sorted(formulas):
        versions_ = tuple(str(ask.definitions.formulas.get(name, "—")) for ask in (old, new))
        if versions_[0] != versions_[1]:
            yield f"formula {name}", (versions_[0], versions_[1])


def _rule(name: str, value: object) -> str:
    if value is None:
        return "all" if name == "level" else "—"
    return str(value)


def _changes(subject: str, old: Question, new: Question) -> Iterator[Change]:
    redefined = dict(_definitions(old, new))
    by_rule = tuple(start for rule, starts in _BY_RULE.items() if rule in redefined for start in starts)
    before, after = ({ratio.formula: ratio for ratio in AUDITS[subject](ask)[0]} for ask in (old, new))
    for formula in {**before, **after}:
        one, other = before.get(formula), after.get(formula)
        old_ids, new_ids = (frozenset(ratio.scope if ratio else ()) for ratio in (one, other))
        yield Change(
            subject=subject,
            formula=formula,
            before=one,
            after=other,
            definition=formula.startswith(by_rule) or f"formula {formula.partition(':')[0]}" in redefined,
            entered=tuple(sorted(new_ids - old_ids)),
            left=tuple(sorted(old_ids - new_ids)),
        )
