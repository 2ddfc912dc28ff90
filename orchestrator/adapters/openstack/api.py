"""What one operation works with: a borrowed connection, a deadline, and the two loops everything is made of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from openstack.block_storage.v3._proxy import Proxy
from openstack.connection import Connection

from orchestrator.adapters.openstack.timing import Deadline, Timeouts
from orchestrator.adapters.openstack.together import Together
from orchestrator.errors import CloudError
from orchestrator.model.addresses import reachable
from orchestrator.model.plan import Owner
from orchestrator.ports import Evidence

_GROWTH = 1.5
_REMEMBERED_SECONDS = 60.0
# How long anybody waits for somebody else's listing; after that he looks alone, within his own deadline.
_PATIENCE, _LEAST_PATIENCE = timedelta(seconds=15), timedelta(seconds=1)


class Thing(Protocol):
    """What every openstacksdk resource has."""

    id: str
    name: str


T = TypeVar("T")
R = TypeVar("R", bound=Thing)


class Known:
    """Ids of what a cloud offers by name, remembered for a minute: a batch asks for the same few a thousand times.

    And of what we just made or saw, by its mark, for the object that is made on it next: if it is gone by then, the
    service refuses the create.

    Used by several threads; two that ask at once read twice and remember the same.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], tuple[float, str]] = {}

    def get(self, kind: str, name: str, now: float) -> str | None:
        """Return the id, None if it was never asked for or too long ago; `now` in seconds, monotonic."""
        asked, identity = self._ids.get((kind, name), (-_REMEMBERED_SECONDS, ""))
        return identity if now < asked + _REMEMBERED_SECONDS else None

    def put(self, kind: str, name: str, now: float, identity: str) -> None:
        """Remember an id."""
        self._ids[kind, name] = (now, identity)

    def forget(self, kind: str, name: str) -> None:
        """Remember it no longer."""
        self._ids.pop((kind, name), None)

    def forget_all(self) -> None:
        """Remember nothing: something was deleted."""
        self._ids.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One operation's view of one cloud.

    Attributes:
        owners: what marks the plan's objects carry, by their type and the name they have in the plan. On the cloud
            somebody may have renamed them.
        together: the looks at the cloud that threads share.
        date: returns the clock of who answered last; None: it told none.
    """

    cloud: str
    connection: Connection
    evidence: Evidence
    timeouts: Timeouts
    deadline: Deadline
    known: Known
    owners: Mapping[tuple[type, str], Owner] = field(default_factory=dict)
    together: Together = field(default_factory=Together)
    date: Callable[[], datetime | None] = lambda: None

    @property
    def project(self) -> str:
        """Id of the project we are in; an administrator's Neutron listings show every project's objects."""
        return str(self.connection.current_project_id)

    @property
    def cinder(self) -> Proxy:
        """Block storage v3; the older API has been gone from OpenStack since Xena."""
        proxy = self.connection.block_storage
        if not isinstance(proxy, Proxy):
            raise self.error("cloud.not-usable", subject="block-storage", message=type(proxy).__module__)
        return proxy

    def listed(
        self, kind: Hashable, key: str, read: Callable[[Sequence[str]], Iterable[T]], after: timedelta = timedelta()
    ) -> list[T]:
        """Return what a listing finds that begins after `after`, with what others look for beside it (`Together`)."""
        return self.together.look(
            kind,
            key,
            read,
            patience=min(_PATIENCE, self.deadline.left + _LEAST_PATIENCE).total_seconds(),
            pause=lambda: self.deadline.pause(after),
        )

    def within(self, duration: timedelta) -> Api:
        """Return the same with a nearer deadline for its loops."""
        return replace(self, deadline=self.deadline.within(duration))

    def until(self, look: Callable[[], T | None]) -> T | None:
        """Look again and again, in growing pauses, until there is something; None at the deadline."""
        pause = self.timeouts.poll_first
        while True:
            found = look()
            if found is not None or self.deadline.passed:
                return found
            self.deadline.pause(pause)
            pause = min(pause * _GROWTH, self.timeouts.poll_most)

    def error(self, code: str, /, **values: object) -> CloudError:
        """Return an error that names the cloud."""
        return CloudError(code, cloud=self.cloud, **values)

    def address(self, subject: str, text: object) -> str:
        """Return an address that a service names, in its canonical form.

        Raises:
            CloudError: `cloud.address` on anything else: what Ansible is given as an address is half a command line.
        """
        found = reachable(text)
        if not found:
            raise self.error("cloud.address", subject=subject, value=ascii(text)[:80])
        return found

    def late(self, name: str, status: str) -> CloudError:
        """Return the error for a wait that came to its end."""
        return self.error(
            "cloud.deadline", subject=name, status=status, seconds=round(self.deadline.after.total_seconds())
        )

    def pick(
        self, owner: Owner, name: str, candidates: Iterable[R], *, owner_of: Callable[[R], Owner | None]
    ) -> R | None:
        """Return the one object that carries the mark, None if there is none.

        Raises:
            CloudError: `cloud.ambiguous` if two carry it; `cloud.foreign-name` if none does but somebody
                else's object has the name, which we neither take over nor shadow.
        """
        found = {candidate.id: candidate for candidate in candidates}
        ours = [candidate for candidate in found.values() if owner_of(candidate) == owner]
        if len(ours) > 1:
            raise self.error("cloud.ambiguous", subject=name, mark=owner.mark(), ids=_ids(ours))
        foreign = [candidate for candidate in found.values() if candidate.name == name]
        if not ours and foreign:
            raise self.error("cloud.foreign-name", subject=name, ids=_ids(foreign))
        return ours[0] if ours else None

    def own(
        self,
        kind: type,
        name: str,
        *,
        named: Callable[[], Iterable[R]],
        marked: Callable[[Owner], Iterable[R]],
        owner_of: Callable[[R], Owner | None],
    ) -> R:
        """Return the one object of ours that the plan gives that name: by its mark, by its name if that is all we know.

        Args:
            kind: the object's type in the plan.
            name: its name there.
            named: lists what has the name.
            marked: lists what may carry a mark, with more beside it.
            owner_of: reads a mark.

        Raises:
            CloudError: `cloud.missing` or `cloud.ambiguous`.
        """
        owner = self.owners.get((kind, name))
        if owner is not None:
            ours = [candidate for candidate in marked(owner) if owner_of(candidate) == owner]
        else:
            ours = [candidate for candidate in named() if candidate.name == name and owner_of(candidate)]
        if not ours:
            raise self.error("cloud.missing", subject=name)
        if len(ours) > 1:
            raise self.error("cloud.ambiguous", subject=name, mark=name, ids=_ids(ours))
        return ours[0]

    def remembered(self, kind: str, name: str) -> str | None:
        """Return the id of what the cloud had under a name a moment ago, None if nobody asked then."""
        return self.known.get(kind, name, self.deadline.clock.monotonic())

    def remember(self, kind: str, name: str, identity: str) -> None:
        """Remember an id for `remembered`."""
        self.known.put(kind, name, self.deadline.clock.monotonic(), identity)

    def offered(self, kind: str, name: str, candidates: Iterable[Thing]) -> str:
        """Return the id of what the cloud offers under a name; `candidates` are only listed if it is not known.

        Raises:
            CloudError: `cloud.no-offer`, or `cloud.ambiguous-offer`: image and network names need not be unique.
        """
        known = self.remembered(kind, name)
        if known is not None:
            return known
        named = {candidate.id: candidate for candidate in candidates if candidate.name == name}
        if not named:
            raise self.error("cloud.no-offer", kind=kind, subject=name)
        if len(named) > 1:
            raise self.error("cloud.ambiguous-offer", kind=kind, subject=name, ids=_ids(named.values()))
        (identity,) = named
        self.remember(kind, name, identity)
        return identity


def _ids(things: Iterable[Thing]) -> str:
    return ", ".join(sorted(thing.id for thing in things))
