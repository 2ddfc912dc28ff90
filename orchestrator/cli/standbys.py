"""Which of a system's standbys a command is about."""

from __future__ import annotations

from collections.abc import Collection

from orchestrator.errors import Refused
from orchestrator.model.replica import Recovery, Replica, ReplicaKind

STANDBYS = frozenset({ReplicaKind.POSTGRESQL})


def chosen(
    recovery: Recovery, system: str, address: str | None, act: str, kinds: Collection[ReplicaKind] = STANDBYS
) -> Replica:
    """Return the standby of these kinds, of several the one at ADDRESS or ADDRESS:PORT.

    Raises:
        Refused: `ACT.none`, `ACT.which`.
    """
    found = [each for each in recovery.replicas.get(system, ()) if each.kind in kinds]
    if not found:
        raise Refused(f"{act}.none", system=system)
    ours = [each for each in found if address in {None, each.replica.reach.address, _place(each)}]
    if len(ours) != 1:
        raise Refused(f"{act}.which", system=system, addresses=", ".join(_place(each) for each in found))
    return ours[0]


def _place(replica: Replica) -> str:
    return f"{replica.replica.reach.address}:{replica.replica.port}"
