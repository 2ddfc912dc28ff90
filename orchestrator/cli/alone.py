"""Takes the programme for a command that is no run: what it does is not done beside a batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from orchestrator.adapters.evidence import NotarisedLog
from orchestrator.cli.output import Shell
from orchestrator.model.programme import Programme


@contextmanager
def alone(shell: Shell, programme: Programme, said: str) -> Iterator[NotarisedLog]:
    """Give the evidence while the programme is ours.

    Args:
        shell: for the folder.
        programme: what is taken.
        said: the command, as others are told it.

    Raises:
        Locked: somebody else has it.
        Contradicted: the evidence so far is not what it was.
    """
    from orchestrator.adapters.lock import RunLock
    from orchestrator.cli.wiring import CLOCK, database_of, state_of
    from orchestrator.cli.witness import evidence_of, require_uncontradicted

    state = state_of(shell)
    state.ensure()
    with ExitStack() as stack:
        stack.enter_context(RunLock(state.lock, clock=CLOCK, command=said))
        stack.enter_context(database_of(programme, state).lease(said))
        require_uncontradicted(shell, programme, state)
        yield evidence_of(shell, programme, state)
