"""Opens sessions with the API of a programme's cloud, for whoever has a server started from a disk's copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from orchestrator.model.frozen import Voice

if TYPE_CHECKING:
    from orchestrator.adapters.openssh import OpenSsh
    from orchestrator.ports.move import ServerStarter, Session


def starter_of(folder: Path, cloud: str) -> ServerStarter:
    """Return the cloud of that name of the programme in a folder.

    Raises:
        Refused: the programme, or its `clouds.yaml`, has errors.
    """
    from orchestrator.cli.output import Shell
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import clouds_of

    shell = Shell(folder=folder)
    return cast("ServerStarter", clouds_of(shell, load_declaration(shell), [cloud])[cloud])


def cloud_sessions(
    folder: Path, ssh: OpenSsh, of: Callable[[Path, str], ServerStarter] = starter_of
) -> Callable[[Voice, Callable[[], float]], Session]:
    """Return what opens a session with the cloud that a voice names; nothing is asked before.

    Args:
        folder: the programme's.
        ssh: reaches the keeper, and what runs on a server.
        of: returns the cloud.
    """

    def opened(voice: Voice, seconds: Callable[[], float]) -> Session:
        from orchestrator.adapters.movers.rehost.cloud_session import CloudSession

        return CloudSession(voice, of(folder, voice.account), ssh, seconds)

    return opened
