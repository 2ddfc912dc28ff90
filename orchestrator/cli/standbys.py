"""Which of a system's standbys a command is about."""

from __future__ import annotations

from orchestrator.errors import Refused
from orchestrator.model.replica import Recovery, Replica, ReplicaKind


def chosen(recovery: Recovery, system: str, address: str | None, act: str) -> Replica:
    """Return the standby, of several the one at ADDRESS or ADDRESS:PORT.

    Raises:
        Refused: `ACT.none`, `ACT.which`.
    """
    found = [each for each in recovery.replicas.get(system, ()) if each.kind is ReplicaKind.POSTGRESQL]
    if not found:
        raise Refused(f"{act}.none", system=system)
    ours = [each for each in found if address in {None, each.replica.reach.address, _place(each)}]
    if len(ours) != 1:
        raise Refused(f"{act}.which", system=system, addresses=", ".join(_place(each) for each in found))
    return ours[0]


def _place(replica: Replica) -> str:
    return f"{replica.replica.reach.address}:{replica.replica.port}"
