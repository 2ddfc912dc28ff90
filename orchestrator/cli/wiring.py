"""The composition root: chooses the adapters for the ports. Imports are late, so that a command loads what it uses."""

from __future__ import annotations

import os
import pwd
import socket
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator import resources
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog, NoEvidence
from orchestrator.adapters.state import PinnedHostKeys, StateFolder
from orchestrator.cli.output import Shell
from orchestrator.errors import MigrateError
from orchestrator.model.programme import Programme
from orchestrator.model.result import CloudView
from orchestrator.model.system import Workload
from orchestrator.planning.specs import Roles
from orchestrator.ports import Cloud, Evidence

if TYPE_CHECKING:
    from orchestrator.execution.database import Database
    from orchestrator.execution.handlers import Outside

CLOCK = SystemClock()


def state_of(shell: Shell) -> StateFolder:
    """Return the programme's state folder; nothing is made."""
    return StateFolder(shell.folder.absolute())


def database_of(programme: Programme, state: StateFolder) -> Database:
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


def evidence_of(state: StateFolder) -> EvidenceLog:
    """Open the programme's evidence log."""
    return EvidenceLog(state.evidence, actor=actor(), clock=CLOCK)


def actor() -> str:
    """Return who is at work: the login user, also behind sudo, and the machine."""
    return f"{os.environ.get('SUDO_USER') or pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def clouds_of(
    shell: Shell, programme: Programme, names: Iterable[str], *, public_key: str = "", evidence: Evidence | None = None
) -> Mapping[str, Cloud]:
    """Return the clouds of these names. Without evidence they are only fit for looking at."""
    from orchestrator.adapters.openstack import OpenStackCloud

    clouds_file = shell.folder / programme.clouds_file
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
    from orchestrator.adapters.rendering import PlaybookRenderer
    from orchestrator.adapters.roles import role_digests

    renderer, folder = PlaybookRenderer(Path()), resources.path("playbooks") / "roles"

    def of(workload: Workload) -> Mapping[str, str]:
        playbook = renderer.playbook([workload])
        used = role_digests(playbook, folder)
        return {**used, workload: sha256((used[workload] + playbook).encode()).hexdigest()}

    return {workload: of(workload) for workload in Workload if workload is not Workload.NONE}


def look(clouds: Mapping[str, Cloud], programme: Programme) -> tuple[list[CloudView], list[MigrateError]]:
    """Look at all clouds at once; a cloud that does not answer is in the errors and not in the views."""

    def one(cloud: Cloud) -> CloudView | MigrateError:
        try:
            return cloud.view(programme.slug)
        except MigrateError as error:
            return error

    with ThreadPoolExecutor(max_workers=max(1, len(clouds))) as pool:
        answers = list(pool.map(one, clouds.values()))
    views = [answer for answer in answers if isinstance(answer, CloudView)]
    return views, [answer for answer in answers if isinstance(answer, MigrateError)]


def outside_of(
    shell: Shell, programme: Programme, state: StateFolder, clouds: Mapping[str, Cloud], evidence: Evidence
) -> Outside:
    """Return everything a run may reach."""
    from orchestrator.adapters.ansible.runner import AnsibleRunner
    from orchestrator.adapters.rendering import PlaybookRenderer
    from orchestrator.adapters.ssh.guest import SshGuestProbe
    from orchestrator.adapters.ssh.source import ShellSourceProbe
    from orchestrator.execution.handlers import Outside

    folder = shell.folder.absolute()
    return Outside(
        clouds=clouds,
        renderer=PlaybookRenderer(folder / programme.mirror),
        runner=AnsibleRunner(state.path, state.private_key),
        guests=SshGuestProbe(state.private_key),
        sources=ShellSourceProbe(folder / programme.known_hosts, folder / programme.source_identity),
        host_keys=PinnedHostKeys(state.path / "host-keys.json"),
        evidence=evidence,
        clock=CLOCK,
        runs=state.runs,
        playbooks=threading.Semaphore(programme.limits.playbooks),
    )
