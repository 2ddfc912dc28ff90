"""`migrate status`: how a batch stands, at the price of what there is to tell and not of the list's length."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING

import click

from orchestrator.cli import streams
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError, Refused, StorageError

if TYPE_CHECKING:
    from orchestrator.cli.reading import Reading
    from orchestrator.cli.wiring import Ran
    from orchestrator.model.life import Life
    from orchestrator.reporting.runs import RunsView

WATCH_SECONDS = 2.0


@click.command("status", help=say("help.status"), short_help=say("help.status"))
@click.argument("number", type=int)
@click.option("--watch", is_flag=True, help=say("help.status.watch"))
@output_option
@click.pass_context
def status(ctx: click.Context, number: int, watch: bool, output: str) -> None:
    """Read the record of runs; nothing is started and no cloud is asked."""
    from datetime import timedelta

    from orchestrator.cli.wiring import CLOCK

    shell: Shell = ctx.obj
    programme, batches, members = _programme(shell)
    require_batch(number, batches)

    @cache
    def of_batch() -> frozenset[str] | None:
        found = members()
        if found is None:
            shell.tell("run.list-unread")
        return None if found is None else found.get(number, frozenset())

    while True:
        view = _view(shell, programme, number, of_batch)
        if watch and output != "json" and streams.is_terminal():
            streams.clear()
        shell.show(view, output)
        if not (watch and view.going):
            ctx.exit(ExitCode.FAILED if view.failed else ExitCode.DONE)
        CLOCK.sleep(timedelta(seconds=WATCH_SECONDS))


def require_batch(number: int, known: Collection[int]) -> None:
    """Check that the programme has a batch of that number.

    Raises:
        Refused: `plan.no-batch`.
    """
    if number not in known:
        raise Refused("plan.no-batch", batch=number, known=", ".join(map(str, known)))


_Members = Callable[[], Mapping[int, frozenset[str]] | None]


def _programme(shell: Shell) -> tuple[Ran, tuple[int, ...], _Members]:
    """Return the programme, the numbers of its batches, and what tells who belongs to each by the list as it is now.

    Nothing is read anew of which each byte is as it was when it was last read.
    """
    from orchestrator.cli.wiring import last_read_of

    known = last_read_of(shell).known()
    if known and known.here:
        return known, known.batches, lambda: known.members
    from orchestrator.cli.reading import Reading

    reading = Reading.of(shell)
    batches = tuple(batch.number for batch in reading.programme.batches)
    return reading.programme, batches, lambda: known.members if known else _members(reading)


def _members(reading: Reading) -> Mapping[int, frozenset[str]] | None:
    """Return the systems of each batch; None where the list cannot be read: the record still can."""
    from orchestrator.cli.reading import members

    try:
        return members(reading.programme, *reading.census())
    except StorageError:
        raise
    except MigrateError:
        return None


def _view(shell: Shell, programme: Ran, number: int, members: Callable[[], frozenset[str] | None]) -> RunsView:
    from orchestrator.adapters.tasks import TaskBoard
    from orchestrator.cli.wiring import CLOCK, database_of, holder_of, state_of
    from orchestrator.cli.working import workers_of
    from orchestrator.execution.history import newest, recorded
    from orchestrator.model.worker import latest
    from orchestrator.reporting.runs import RunsView

    state = state_of(shell)
    database = database_of(programme, state)
    holder = holder_of(state, database)
    runs = tuple(newest(recorded(database, number)).values())
    moving: tuple[Life, ...] = ()
    if runs:
        from orchestrator.execution.life_rows import lives

        found = lives(database, CLOCK)
        moving = tuple(found[run.system] for run in runs if run.system in found)
    claims = tuple(
        {"cloud": cloud, "ours": claim.state == ours, **claim.told()}
        for ours in [state.id()]
        for cloud, claim in sorted(state.claims.known().items())
    )
    return RunsView(
        batch=number,
        runs=runs,
        holder=holder,
        lives=moving,
        claims=claims,
        tasks=TaskBoard(state.tasks, CLOCK).all() if holder else {},
        # Where nothing was run nobody can have left the batch: the list need not be read for that.
        members=members() if runs else frozenset(),
        workers=latest(workers_of(database)),
    )
