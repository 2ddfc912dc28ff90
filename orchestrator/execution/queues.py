"""The queues that workers share: named for their batch and for what one must reach to serve them.

Limits over all workers are kept by places (`roster`), not by the queues: a queue only keeps one worker from taking more
than it could ever do at a time, so that the next one finds something. The engine's own limits over all processes would
have them wait for each other at every look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from orchestrator.execution.names import prefix
from orchestrator.model.reach import Labels, at, read, serves, text

if TYPE_CHECKING:
    from dbos import DBOSClient

    from orchestrator.model.programme import Programme

_SHARED = re.compile(r"(?P<programme>[^:]+):[0-9]+:(?:systems|parts)@(?P<labels>.*)")


def systems_queue(programme: str, batch: int, wanted: Labels) -> str:
    """Return the queue of the systems that reach these labels."""
    return f"{prefix(programme, batch)}systems@{text(wanted)}"


def parts_queue(programme: str, batch: int, cloud: str) -> str:
    """Return the queue of the parts on a cloud."""
    return f"{prefix(programme, batch)}parts@{text([at(cloud)])}"


def is_shared(queue: str | None) -> bool:
    """Tell whether a queue is one that workers share."""
    return bool(_SHARED.fullmatch(queue or ""))


def served(queues: Iterable[str], programme: str, labels: Labels) -> list[str]:
    """Return those of the queues that who serves these labels can serve."""
    found = (_SHARED.fullmatch(queue) for queue in queues)
    ours = (each for each in found if each and each["programme"] == programme)
    return sorted(each.string for each in ours if serves(labels, read(each["labels"])))


def register(client: DBOSClient, programme: Programme, batch: int, wanted: Iterable[Labels], poll: float) -> None:
    """Register the queues of a batch's systems and clouds, so that workers find them.

    Args:
        client: of the database.
        programme: whose limits they have.
        batch: its number.
        wanted: what each system reaches.
        poll: seconds between two looks at a queue.
    """
    for labels in set(wanted):
        client.register_queue(
            systems_queue(programme.slug, batch, labels),
            partition_worker_concurrency=programme.limits.per_department,
            polling_interval_sec=poll,
            on_conflict="always_update",
        )
    for cloud in programme.clouds:
        client.register_queue(
            parts_queue(programme.slug, batch, cloud.name),
            worker_concurrency=cloud.concurrency,
            polling_interval_sec=poll,
            on_conflict="always_update",
        )
