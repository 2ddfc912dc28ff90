"""The rehearsal of several parts: each part's own, one after the other, and every clone taken away at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from orchestrator.model.frozen import Expect, Frozen, Line
from orchestrator.model.move import Kind
from orchestrator.model.rehearsal import OF, Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Rehearser


def together(rehearsals: Mapping[Kind, Rehearsal]) -> Rehearsal:
    """Return the steps of all parts; pure."""
    ends = [each.steps[-1] for each in rehearsals.values()]
    steps = [
        replace(step, name=f"{kind}{OF}{step.name}") for kind, each in rehearsals.items() for step in each.steps[:-1]
    ]
    limit = sum((end.limit for end in ends), timedelta())
    skipped = [name for each in rehearsals.values() for name in each.skipped]
    return Rehearsal(steps=(*steps, replace(ends[-1], limit=limit)), skipped=tuple(skipped))


class PartsRehearser:
    """The `Rehearser` port: asks the part of the step that is done, or was done last."""

    def __init__(self, rehearsers: Mapping[Kind, Rehearser]) -> None:
        self._rehearsers = rehearsers
        self._kind = next(iter(rehearsers))

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        kind, _, name = step.partition(OF)
        self._kind = Kind(kind)
        return self._rehearsers[self._kind].do(name)

    def frozen(self) -> Frozen:
        """Return what of that part's section is run on its clone."""
        section = self._rehearsers[self._kind].frozen()
        return replace(section, lines=tuple(self._named(line) for line in section.lines))

    def floor(self) -> float:
        """Return the seconds that this part's other lines take at least."""
        return self._rehearsers[self._kind].floor()

    def _named(self, line: Line) -> Line:
        wanted = line.wanted
        if line.expected is Expect.SAME:
            wanted = tuple(f"{self._kind}{OF}{name}" for name in wanted)
        return replace(line, name=f"{self._kind}{OF}{line.name}", wanted=wanted)
