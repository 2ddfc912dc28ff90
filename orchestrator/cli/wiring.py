"""The composition root: chooses the adapters for the ports. Imports are late, so that a command loads what it uses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.last_read import LastRead
from orchestrator.adapters.state import PinnedHostKeys, StateFolder
from orchestrator.cli.output import Shell
from orchestrator.errors import Locked, MigrateError, Refused, StorageError

if TYPE_CHECKING:
    from orchestrator.adapters.openstack import OpenStackCloud
    from orchestrator.execution.database import Database
    from orchestrator.execution.handlers import Outside
    from orchestrator.execution.seeing import Eyes
    from orchestrator.model.claim import Standing
    from orchestrator.model.cloud import CloudIdentity
    from orchestrator.model.programme import Programme
    from orchestrator.model.result import CloudView
    from orchestrator.model.seen import Seen
    from orchestrator.model.system import Workload
    from orchestrator.planning.specs import Roles
    from orchestrator.ports import Cloud, Evidence
    from orchestrator.ports.replica import KeepingCloud

CLOCK = SystemClock()
T = TypeVar("T")


class Ran(Protocol):
    """What tells where the record of a programme's runs is."""

    @property
    def slug(self) -> str:
        """The programme's."""

    @property
    def database_url(self) -> str:
        """Empty for the state folder's own."""


def state_of(shell: Shell) -> StateFolder:
    """Return the programme's state folder; nothing is made."""
    return StateFolder(shell.folder.absolute())


def last_read_of(shell: Shell) -> LastRead:
    """Return what is kept of the programme and its list as they were last read."""
    return LastRead(state_of(shell).path / "last-read.json", shell.folder)


def database_of(programme: Ran, state: StateFolder) -> Database:
    """Return where the engine keeps the programme's workflows."""
    from orchestrator.execution.database import Database

    return Database(programme=programme.slug, file=state.database, url=programme.database_url, log=state.engine_log)


def holder_of(state: StateFolder, database: Database) -> Mapping[str, object] | None:
    """Return who holds the programme, here or, with PostgreSQL, on another machine; None when nobody does.

    Raises:
        MigrateError: `run.database`, when PostgreSQL does not answer.
    """
    from orchestrator.adapters import lock

    here = lock.holder_of(state.lock)
    return asdict(here) if here else database.holder()


def clouds_of(
    shell: Shell, programme: Programme, names: Iterable[str], *, public_key: str = "", evidence: Evidence | None = None
) -> Mapping[str, Cloud]:
    """Return the clouds of these names. Without evidence they are only fit for looking at.

    Raises:
        Refused: `clouds.refused`, when `clouds.yaml` has errors, which were told; notes are told and pass.
    """
    return _clouds(shell, programme, names, public_key=public_key, evidence=evidence)


def keeping_of(shell: Shell, programme: Programme, names: Iterable[str]) -> Mapping[str, KeepingCloud]:
    """Return the clouds of these names, fit for listing what they keep.

    Raises:
        Refused: `clouds.refused`, as `clouds_of`.
    """
    return _clouds(shell, programme, names)


def _clouds(
    shell: Shell, programme: Programme, names: Iterable[str], *, public_key: str = "", evidence: Evidence | None = None
) -> Mapping[str, OpenStackCloud]:
    from orchestrator.adapters.evidence import NoEvidence
    from orchestrator.adapters.intake.clouds import read_clouds
    from orchestrator.adapters.openstack import OpenStackCloud
    from orchestrator.cli.programme import tell_problems

    names = list(names)
    clouds_file = shell.folder / programme.clouds_file
    found = read_clouds(clouds_file, names)
    if found.errors:
        tell_problems(found.problems)
        raise Refused("clouds.refused", path=str(clouds_file), errors=found.errors, problems=found.problems)
    for note in found.problems:
        shell.tell(note.code, **note.values)
    return {
        name: OpenStackCloud(
            name, clouds_file=clouds_file, public_key=public_key, evidence=evidence or NoEvidence(), clock=CLOCK
        )
        for name in names
    }


@cache
def roles() -> Roles:
    """Return what configures each workload now: the roles that its playbook uses, by a digest of their files.

    How the playbook calls them configures too: its text counts with the role that is named like the workload.
    """
    from orchestrator import resources
    from orchestrator.adapters.rendering import PlaybookRenderer
    from orchestrator.adapters.roles import role_digests
    from orchestrator.model.system import Workload

    renderer, folder = PlaybookRenderer(Path()), resources.path("playbooks") / "roles"

    def of(workload: Workload) -> Mapping[str, str]:
        playbook = renderer.playbook([workload])
        used = role_digests(playbook, folder)
        return {**used, workload: sha256((used[workload] + playbook).encode()).hexdigest()}

    return {workload: of(workload) for workload in Workload if workload is not Workload.NONE}


def look(clouds: Mapping[str, Cloud], programme: Programme) -> tuple[list[CloudView], list[MigrateError]]:
    """Look at all clouds at once; a cloud that does not answer is in the errors and not in the views."""
    return side_by_side(clouds, lambda cloud: cloud.view(programme.slug))


def side_by_side(clouds: Mapping[str, Cloud], question: Callable[[Cloud], T]) -> tuple[list[T], list[MigrateError]]:
    """Ask all clouds at once, each for itself; return the answers, and the errors of those that gave none."""

    def one(cloud: Cloud) -> T | MigrateError:
        try:
            return question(cloud)
        except StorageError:
            raise
        except MigrateError as error:
            return error

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=max(1, len(clouds))) as pool:
        found = list(pool.map(one, clouds.values()))
    answers = [answer for answer in found if not isinstance(answer, MigrateError)]
    return answers, [answer for answer in found if isinstance(answer, MigrateError)]


def chosen_clouds(programme: Programme, names: Iterable[str] = ()) -> list[str]:
    """Return the clouds of these names, or all that can be used when none is named.

    Raises:
        Refused: `gc.no-cloud`.
    """
    from orchestrator.model.programme import Lifecycle

    known = [cloud.name for cloud in programme.clouds if cloud.lifecycle is Lifecycle.AVAILABLE]
    for name in names:
        if name not in known:
            raise Refused("gc.no-cloud", name=name, known=", ".join(known) or "-")
    return list(names) or known


def require_same(known: Mapping[str, CloudIdentity], views: Iterable[CloudView | Standing]) -> None:
    """Check that each cloud is the one that earlier runs worked on.

    Raises:
        Locked: `cloud.another`, with both.
    """
    for view in views:
        before = known.get(view.cloud)
        if before is not None and view.identity is not None and before != view.identity:
            raise Locked(
                "cloud.another",
                cloud=view.cloud,
                before=str(before),
                found=str(view.identity),
                project=view.identity.project,
            )


def looking(
    shell: Shell, programme: Programme, *, public_key: str = "", evidence: Evidence | None = None
) -> Callable[[Collection[str]], tuple[Mapping[str, Cloud], Sequence[CloudView]]]:
    """Return how a plan looks at clouds: by their names, side by side; one that does not answer is told."""

    def look_at(names: Collection[str]) -> tuple[Mapping[str, Cloud], Sequence[CloudView]]:
        clouds = clouds_of(shell, programme, names, public_key=public_key, evidence=evidence)
        views, errors = look(clouds, programme)
        for error in errors:
            shell.tell_error(error)
        require_same(known, views)
        return clouds, views

    known = state_of(shell).clouds.known()
    return look_at


def eyes_of(state: StateFolder, *, undeclared: bool = False, tell: Callable[[Seen], None] = lambda _: None) -> Eyes:
    """Return what servers are looked at with; nothing is made, on this machine or elsewhere."""
    from orchestrator.adapters.ssh.guest import SshGuestProbe
    from orchestrator.execution.seeing import Eyes

    return Eyes(guests=SshGuestProbe(state.private_key), host_keys=pins_of(state), undeclared=undeclared, tell=tell)


def pins_of(state: StateFolder) -> PinnedHostKeys:
    """Return the record of the guests' host keys."""
    return PinnedHostKeys(state.path / "host-keys.json")


def outside_of(
    shell: Shell, programme: Programme, state: StateFolder, clouds: Mapping[str, Cloud], evidence: Evidence
) -> Outside:
    """Return everything a run may reach."""
    from orchestrator.adapters.ansible.runner import AnsibleRunner
    from orchestrator.adapters.rendering import PlaybookRenderer
    from orchestrator.adapters.ssh.guest import SshGuestProbe
    from orchestrator.adapters.ssh.source import ShellSourceProbe
    from orchestrator.adapters.tasks import TaskBoard
    from orchestrator.execution.handlers import Outside

    folder = shell.folder.absolute()
    return Outside(
        clouds=clouds,
        renderer=PlaybookRenderer(folder / programme.mirror),
        runner=AnsibleRunner(state.path, state.private_key),
        guests=SshGuestProbe(state.private_key),
        sources=ShellSourceProbe(folder / programme.known_hosts, folder / programme.source_identity),
        host_keys=pins_of(state),
        tasks=TaskBoard(state.tasks, CLOCK),
        evidence=evidence,
        clock=CLOCK,
        runs=state.runs,
        playbooks=threading.Semaphore(programme.limits.playbooks),
    )
