"""Looks at what clouds keep, by one listing of each kind and cloud, however many systems ask.

The copies' cloud is asked after the source's, unless it was listed for somebody before; each end tells when it was.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from threading import Lock

from orchestrator.adapters.replicas.asking import silent
from orchestrator.errors import MigrateError, StorageError
from orchestrator.model.copies import Image, Stock, Stocked, Volume
from orchestrator.model.observed import Seen
from orchestrator.model.replica import Replica, ReplicaKind
from orchestrator.ports.replica import KeepingCloud

_SHOWN = 5
_MOST = 10_000  # copies of one thing
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class CopiesObserver:
    """Looks at both ends of what clouds keep; a listing is asked for once in this object's life.

    Args:
        clouds: by name.
        recorded: returns the ids of backups whose records a folder of the programme has.
    """

    def __init__(
        self, clouds: Mapping[str, KeepingCloud], recorded: Callable[[str], frozenset[str]] = lambda _: frozenset()
    ) -> None:
        self._clouds = clouds
        self._recorded = cache(recorded)
        self._mutex = Lock()
        self._asking: dict[tuple[str, Stocked], Lock] = {}
        self._listed: dict[tuple[str, Stocked], Seen] = {}

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        """Return what the clouds of source and copies say of them."""
        image = replica.kind is ReplicaKind.IMAGE
        source = self._list(replica.source.cloud, Stocked.IMAGES if image else Stocked.VOLUMES)
        target = self._list(replica.replica.cloud, Stocked.IMAGES if image else Stocked.BACKUPS)
        source = _only(source, replica.source.item, image=image)
        target = _copies(target, _id_of(source, replica.source.item), replica.replica.item)
        if replica.replica.records and target.stock is not None:
            found = self._recorded(replica.replica.records)
            target = replace(target, stock=replace(target.stock, recorded=found))
        return source, target

    def _list(self, cloud: str, what: Stocked) -> Seen:
        with self._mutex:
            asking = self._asking.setdefault((cloud, what), Lock())
        with asking:  # who asks for the same waits for the answer
            if (cloud, what) not in self._listed:
                self._listed[cloud, what] = self._silent(cloud) or _ask(lambda: self._clouds[cloud].stock(what))
            return self._listed[cloud, what]

    def _silent(self, cloud: str) -> Seen | None:
        """Return that nobody answered, where a cloud was silent to another question: it is not waited for again."""
        with self._mutex:
            found = [seen for (name, _), seen in self._listed.items() if name == cloud]
        return next((seen for seen in found if seen.fault == "cloud.unreachable"), None)


def _ask(question: Callable[[], Stock]) -> Seen:
    began = time.monotonic()
    try:
        stock = question()
    except StorageError:
        raise
    except MigrateError as error:
        return silent(error, began)
    return Seen(at=began, took=time.monotonic() - began, stock=stock)


def _only(seen: Seen, item: str, *, image: bool) -> Seen:
    """Return the answer with the one volume or image of an id, else of a name, alone."""
    if seen.stock is None:
        return seen
    found: tuple[Image | Volume, ...] = seen.stock.images if image else seen.stock.volumes
    ours = [each for each in found if each.id == item] or [each for each in found if each.name == item]
    if not ours:
        return Seen(at=seen.at, took=seen.took, fault="dr.absent", absent=True, values={"said": item})
    if len(ours) > 1:
        ids = ", ".join(sorted(each.id for each in ours)[:_SHOWN])
        return Seen(at=seen.at, took=seen.took, fault="dr.ambiguous", values={"said": item, "ids": ids})
    stock = replace(
        seen.stock,
        volumes=tuple(each for each in ours if isinstance(each, Volume)),
        images=tuple(each for each in ours if isinstance(each, Image)),
    )
    return replace(seen, stock=stock)


def _id_of(seen: Seen, item: str) -> str:
    """Return the source's id; an id is one also where its cloud is silent. Empty where nobody knows it."""
    if seen.stock is None:
        return item if _ID.fullmatch(item) else ""
    return seen.stock.volumes[0].id if seen.stock.volumes else seen.stock.images[0].id


def _copies(seen: Seen, source: str, name: str) -> Seen:
    """Return the answer with what was made of the source, and what has the name that its copies should have."""
    if seen.stock is None:
        return seen

    def concerns(origin: str, called: str) -> bool:
        return bool(source and origin == source) or called == name

    stock = replace(
        seen.stock,
        backups=tuple(each for each in seen.stock.backups if concerns(each.volume, each.name)),
        # In the source's own cloud the source itself is no copy.
        images=tuple(each for each in seen.stock.images if concerns(each.origin, each.name) and each.id != source),
    )
    if len(stock.backups) + len(stock.images) > _MOST:
        return Seen(at=seen.at, took=seen.took, fault="cloud.answer-too-large", values={"said": name})
    return replace(seen, stock=stock)
