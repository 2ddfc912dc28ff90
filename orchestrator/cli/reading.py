"""Reads a programme with its list, and keeps what `status` wants of them where a run has left a state folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.adapters.last_read import Known
from orchestrator.cli.collector import for_good
from orchestrator.cli.output import Shell
from orchestrator.cli.programme import load_declaration
from orchestrator.cli.wiring import last_read_of

if TYPE_CHECKING:
    from orchestrator.model.census import Census
    from orchestrator.model.problem import Problem
    from orchestrator.model.programme import Programme


@dataclass(frozen=True, slots=True)
class Reading:
    """A programme whose list is about to be read.

    Attributes:
        declared: the digest of what the programme was read from, taken before that; empty where nothing is kept.
    """

    shell: Shell
    programme: Programme
    declared: Mapping[str, str]

    @classmethod
    def of(cls, shell: Shell) -> Reading:
        """Read the programme.

        Raises:
            Refused: as `load_declaration`.
        """
        declared = last_read_of(shell).digests(())
        return cls(shell, load_declaration(shell), declared)

    def census(self, *, digested: bool = False) -> tuple[Census, tuple[Problem, ...]]:
        """Read the list: what `read_census` returns. It is known again while nobody changes a byte of it."""
        from orchestrator.adapters.intake.reader import read_census

        last, programme = last_read_of(self.shell), self.programme
        before = {**last.digests(programme.list_files), **self.declared}
        with for_good():
            census, problems = read_census(self.shell.folder, programme, digested=digested)
        if before and last.digests(programme.list_files) == before:  # nobody wrote while it was read
            known = Known(
                slug=programme.slug,
                here=not programme.database_url,
                batches=tuple(batch.number for batch in programme.batches),
                members=members(programme, census, problems),
            )
            last.keep(known, before)
        return census, problems


def members(programme: Programme, census: Census, problems: Sequence[Problem]) -> Mapping[int, frozenset[str]] | None:
    """Return the systems of each batch; None of a list that is refused, or of a form that nobody has filled in."""
    from orchestrator.model.batches import by_batch
    from orchestrator.model.problem import Severity

    if any(problem.severity is Severity.ERROR for problem in problems) or census.empty:
        return None
    return by_batch(census.listing.systems, programme.batches)
