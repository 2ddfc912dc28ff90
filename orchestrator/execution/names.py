"""What the engine's workflows are called, and by which version of the program they may be gone on with."""

from __future__ import annotations

# Changes whenever the order or the names of recorded steps change; workflows of another version are not taken
# up again, their systems get a new attempt instead.
WORKFLOW_VERSION = "migrate-workflows-2"


def prefix(programme: str, batch: int) -> str:
    """Return what the ids of a batch's workflows begin with."""
    return f"{programme}:{batch}:"
