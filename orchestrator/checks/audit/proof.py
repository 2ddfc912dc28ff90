"""One proof for two things: at least one of them has none of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Protocol, TypeVar

from orchestrator.checks.audit.folding import proofs
from orchestrator.checks.audit.question import Question, Recorded
from orchestrator.model.figures import Finding, finding


class _Proven(Recorded, Protocol):
    @property
    def evidence(self) -> str: ...


P = TypeVar("P", bound=_Proven)


def check_proofs(
    ask: Question, code: str, records: Iterable[P], told: Collection[P], same: Collection[frozenset[str]] = ()
) -> Iterator[Finding]:
    """Yield the records of which every proof is another's too, where that other has none of its own either.

    Args:
        ask: whose cells are named.
        code: of the finding.
        records: whatever is done, of every level.
        told: those of them that the audit is about.
        same: pairs of ids that share a proof by right.
    """
    holders: defaultdict[str, list[P]] = defaultdict(list)
    named = {record.id: proofs(record.evidence) for record in records}
    for record in records:
        for proof in named[record.id]:
            holders[proof].append(record)
    poor = {id_ for id_, found in named.items() if found and all(len(holders[proof]) > 1 for proof in found)}
    for record in told:
        if record.id not in poor:
            continue
        others = {
            other.id: other
            for proof in named[record.id]
            for other in holders[proof]
            if other.id != record.id and other.id in poor and frozenset({record.id, other.id}) not in same
        }
        if others:
            cells = (ask.cell(one, "evidence") for one in (record, *others.values()))
            yield finding(code, record.id, *cells, proof=record.evidence, others=", ".join(sorted(others)))
