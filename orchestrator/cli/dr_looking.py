"""Looks at the replicas of chosen systems, and puts on record what was found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from orchestrator.adapters.openssh import OpenSsh
    from orchestrator.adapters.replicas.direct import DirectSessions
    from orchestrator.model.programme import Programme
    from orchestrator.model.recovering import CheckedSystem
    from orchestrator.model.replica import ReplicaKind
    from orchestrator.model.system import MigrationList
    from orchestrator.ports.move import Sessions
    from orchestrator.ports.replica import KeepingCloud, ReplicaObserver
    from orchestrator.reporting.replicas import ReplicasView

MOST = 64 * 1024 * 1024  # bytes of one answer


def look(
    shell: Shell, systems: tuple[str, ...], number: int | None, *, at_a_time: int, deadline: int, progress: bool
) -> ReplicasView:
    """Look at the replicas of the chosen systems."""
    from orchestrator.adapters.replicas.pooled import PooledSessions
    from orchestrator.adapters.sessions import ProgramSessions
    from orchestrator.checks.replicas.system import rate_coverage
    from orchestrator.cli.programme import load
    from orchestrator.cli.replica_checks import day_of, tell_unended, with_drills
    from orchestrator.cli.wiring import CLOCK, keeping_of
    from orchestrator.execution.recovering import check_replicas
    from orchestrator.planning.recovering import count_unasked, plan_recovery
    from orchestrator.reporting.replicas import ReplicasView

    programme, listing = load(shell)
    wanted = plan_recovery(listing, programme.recovery, systems)
    if number is not None:
        members = _members(programme, listing, number)
        wanted = tuple(one for one in wanted if one.system in members)
    if not wanted:
        raise Refused("dr.none")
    began, told = CLOCK.now(), 0
    wanted = with_drills(shell, wanted, programme.recovery, day_of(began))

    def tell(found: CheckedSystem) -> None:
        nonlocal told
        if not progress:
            return
        told += 1
        verdict = say(f"verdict.{found.status}")
        shell.tell("dr.progress", told=told, count=len(wanted), system=found.system, verdict=verdict)

    replicas = [each for one in wanted for each in programme.recovery.replicas.get(one.system, ())]
    tell_unended(shell, replicas)
    ends = [end for each in replicas for end in (each.source, each.replica)]
    # Where every cluster and every cloud is asked itself nobody is logged in to.
    needed = any(not end.secret and not end.cloud for end in ends)
    names = sorted({end.cloud for end in ends if end.cloud})
    clouds = keeping_of(shell, programme, names) if names else {}
    ssh = ssh_of(shell, programme, needed=needed)
    with PooledSessions(direct_of(shell, ProgramSessions(ssh, most=MOST))) as sessions:
        observers = _observers(sessions, clouds, shell.folder, deadline)
        found = check_replicas(wanted, programme.recovery, observers, CLOCK, at_a_time=at_a_time, tell=tell)
    return ReplicasView(
        programme=programme.slug,
        at=began,
        systems=found,
        coverage=rate_coverage(found),
        uncounted=count_unasked(listing, programme.recovery),
    )


def direct_of(shell: Shell, others: Sessions) -> DirectSessions:
    """Return what asks clusters over TLS where the programme has a role's password, and everybody else as before."""
    from orchestrator.adapters.replicas.direct import DirectSessions
    from orchestrator.adapters.secret import secret

    return DirectSessions(others, lambda name: secret(shell.folder / name, "dr.secret"), most=MOST)


def keep(shell: Shell, view: ReplicasView) -> None:
    """Put on record what was found."""
    from orchestrator.adapters.replicas.kept import KIND
    from orchestrator.adapters.replicas.kept import told as told_of
    from orchestrator.cli.witness import leave

    leave(
        shell,
        KIND,
        began=view.at.isoformat(),
        systems={each.system: str(each.status) for each in view.systems},
        findings={each.system: [one.code for one in each.results if one.status != "pass"] for each in view.systems},
        coverage=view.coverage.counts(),
        seen=told_of(view.systems),
    )


def _members(programme: Programme, listing: MigrationList, number: int) -> frozenset[str]:
    from orchestrator.planning.batches import plan_batch

    return frozenset(each.system for each in plan_batch(programme, listing, number, None).systems)


def ssh_of(shell: Shell, programme: Programme, *, needed: bool, quick: bool = True) -> OpenSsh:
    """Return what reaches the machines of replicas, by the programme's keys and pinned host keys.

    Raises:
        Refused: `source.no-identity`: there is something to ask and no key to log in by.
    """
    from orchestrator.adapters.openssh import OpenSsh
    from orchestrator.cli.wiring import state_of

    folder = shell.folder.absolute()
    keys = [folder / programme.source_identity] if programme.source_identity else []
    identities = [path for path in (*keys, state_of(shell).private_key) if path.is_file()]
    if not identities and needed:
        raise Refused("source.no-identity", path=folder / (programme.source_identity or "-"))
    return OpenSsh(identities, folder / programme.known_hosts, quick=quick)


def _observers(
    sessions: Sessions, clouds: Mapping[str, KeepingCloud], folder: Path, deadline: int
) -> Mapping[ReplicaKind, ReplicaObserver]:
    """Return what looks at each kind."""
    from orchestrator.adapters.replicas.copies import CopiesObserver
    from orchestrator.adapters.replicas.files import FilesObserver
    from orchestrator.adapters.replicas.mariadb import MariaObserver
    from orchestrator.adapters.replicas.postgresql import PostgresObserver
    from orchestrator.adapters.replicas.records import read_records
    from orchestrator.model.replica import ReplicaKind

    copies = CopiesObserver(clouds, lambda name: read_records(folder / name))
    return {
        ReplicaKind.POSTGRESQL: PostgresObserver(sessions),
        ReplicaKind.MARIADB: MariaObserver(sessions),
        ReplicaKind.FILES: FilesObserver(sessions, deadline=timedelta(seconds=deadline)),
        ReplicaKind.VOLUME: copies,
        ReplicaKind.IMAGE: copies,
    }
