"""What execution may ask of those who look at replicas."""

from __future__ import annotations

from typing import Protocol

from orchestrator.model.replica import Replica, Seen


class ReplicaObserver(Protocol):
    """Looks at replicas of one kind; changes nothing. What could not be seen is in the answer, never an error."""

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        """Return what the source and then the replica said."""
