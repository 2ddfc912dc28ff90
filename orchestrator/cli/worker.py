"""`migrate worker`: does what it can reach of the batches that `migrate batch --workers` has put down."""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import MigrateError
from orchestrator.model.reach import ANY_ROOM, CLOUD, Labels, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrator.adapters.state import StateFolder
    from orchestrator.model.programme import Programme
    from orchestrator.ports import Cloud, Evidence

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
# As in the list's ids, and the two labels for rooms that have none.
_ROOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}|[*-]")


@click.command("worker", help=say("help.worker.long"), short_help=say("help.worker"))
@click.option("--serves", multiple=True, metavar=say("help.worker.labels"), help=say("help.worker.serves"))
@click.option("--name", default="", metavar=say("help.worker.word"), help=say("help.worker.name"))
@click.pass_obj
def worker(shell: Shell, serves: tuple[str, ...], name: str) -> None:
    """Work until somebody ends it, or until it cannot go on; what it was doing then goes on elsewhere."""
    from orchestrator.adapters.clock import WaitedClock
    from orchestrator.adapters.lock import RunLock
    from orchestrator.cli.ending import ended_between
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import CLOCK, database_of, outside_of, state_of
    from orchestrator.cli.witness import evidence_of, require_uncontradicted
    from orchestrator.cli.working import require_database, require_same_folder
    from orchestrator.errors import CloudLost
    from orchestrator.execution.handlers import handlers
    from orchestrator.execution.intents import SharedIntents
    from orchestrator.execution.performer import Performer
    from orchestrator.execution.run import held
    from orchestrator.execution.working import Shift, WorkerEngine

    programme = load_declaration(shell)
    require_database(programme)
    name = name_of_worker(name)
    labels = labels_of(programme, serves)
    state = state_of(shell)
    state.ensure()
    database = replace(database_of(programme, state), shared=True)
    said = f"migrate worker {name}"
    losses: list[CloudLost] = []
    with (
        held([RunLock(state.lock, clock=CLOCK, command=said)], database, said, among=f"worker/{name}") as keep,
        ended_between(lambda: shell.tell("worker.stopping")) as asked,
    ):
        require_uncontradicted(shell, programme, state)
        roster = require_same_folder(database, state)
        executor = f"{database.application}/{name}/{secrets.token_hex(4)}"
        evidence = SharedIntents(evidence_of(shell, programme, state), roster)
        clouds = _clouds(shell, programme, state, labels, evidence)
        evidence.sign_on(executor)
        outside = outside_of(shell, programme, state, clouds, evidence)
        performer = Performer(handlers(outside), evidence=evidence, clock=CLOCK, tell=lambda _: None)

        def cut_off(error: MigrateError) -> None:
            """End at once, playbooks too: others go on with what is begun here, and nobody may do it beside them."""
            shell.tell_error(error)
            os._exit(int(error.exit_code))

        shift = Shift(
            engine=WorkerEngine(database, programme, performer, roster, executor, lost=losses.append),
            roster=roster,
            executor=executor,
            name=name,
            serves=labels,
            host=socket.gethostname(),
            evidence=evidence,
            clock=WaitedClock(),
            keep=keep,
            cut_off=cut_off,
            took=lambda dead: shell.tell("worker.took-over", dead=", ".join(dead)),
        )
        shell.tell("worker.serving", worker=name, labels=", ".join(sorted(labels)))
        shift.work(lambda: losses[0] if losses else "stopped" if asked() else "")
    shell.tell("worker.ended", worker=name)


def name_of_worker(name: str) -> str:
    """Return the worker's name: what was said, or the machine's.

    Raises:
        click.BadParameter: it is no word.
    """
    found = name or re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().lower()).strip("-")[:31]
    if not _NAME.fullmatch(found):
        raise click.BadParameter(say("worker.bad-name"), param_hint="--name")
    return found


def labels_of(programme: Programme, serves: Sequence[str]) -> Labels:
    """Return what a worker serves: what was said, or every cloud and room.

    Raises:
        click.BadParameter: a label is none, or names a cloud that the programme does not have.
    """
    from orchestrator.cli.wiring import chosen_clouds

    known = {at(cloud) for cloud in chosen_clouds(programme)}
    labels = [label.strip() for each in serves for label in each.split(",")]
    for label in labels:
        if not (label in known if label.startswith(CLOUD) else _ROOM.fullmatch(label)):
            raise click.BadParameter(
                say("worker.bad-label", label=label, known=", ".join(sorted(known)) or "-"), param_hint="--serves"
            )
    return frozenset(labels) or frozenset({*known, ANY_ROOM})


def _clouds(
    shell: Shell, programme: Programme, state: StateFolder, labels: Labels, evidence: Evidence
) -> Mapping[str, Cloud]:
    """Open the clouds that are served, see that each is the one it was, and hold the programme there.

    Raises:
        Locked: `cloud.another`; `claim.held`, `claim.unreadable`.
        CloudError: one does not answer: nobody may wait for what this worker cannot do.
    """
    from orchestrator.cli.claiming import hold, require_ours, stand
    from orchestrator.cli.wiring import clouds_of, require_same

    names = sorted(label.removeprefix(CLOUD) for label in labels if label.startswith(CLOUD))
    clouds = clouds_of(shell, programme, names, public_key=state.ensure_public_key(), evidence=evidence)
    standings, silent = stand(clouds, programme)
    for error in silent:
        raise error
    require_same(state.clouds.known(), standings)
    require_ours(state, standings)
    hold(shell, programme, state, clouds, evidence)
    state.clouds.keep(view.identity for view in standings if view.identity)
    return clouds
