"""What was seen of both ends of a replica: a machine's own words, or why there are none.

Stamps of other machines are seconds since 1970 by their own clocks; `at` and `took` are seconds by the checker's one
monotonic clock, which never jumps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from orchestrator.model.copies import Stock
from orchestrator.model.maria_replica import MariaServer
from orchestrator.model.replica import Beat, Replica


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A physical replication slot; `status` is PostgreSQL's `wal_status`."""

    name: str
    active: bool
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A connection that a source streams to.

    Attributes:
        reply_age: seconds since the standby last answered, by the source's clock; None: it never did.
        tls: whether the connection is encrypted; None: nobody told.
    """

    address: str
    slot: str
    state: str
    reply_age: float | None
    tls: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One PostgreSQL server's own words, all of one moment.

    Attributes:
        identifier: of the cluster; a physical replica has its source's.
        lsn: bytes: written at a source, replayed at a standby; None where there is none.
        now: the server's clock.
        replayed_at: the source's stamp of the last transaction that was replayed.
        paused: `not paused`, `pause requested`, `paused`; empty where nothing is replayed.
        apply_delay: seconds that replay is held back by configuration.
        receiver: state of the WAL receiver; empty: there is none.
        receipt_age: seconds since the receiver last heard of its source, by this server's clock.
        slot: the slot that a standby names.
        status_interval, sender_timeout: seconds; how often a standby answers, when a source gives up.
        settings: what must agree on both sides.
        page_checksums: whether pages carry checksums, and `page_failures` how many were found wrong.
        size, free: bytes that the databases take, and that the disk under them has left; None: nobody told.
        closing: whether a server that may be written to will be a standby once it is started again; None: nobody told.
    """

    version: int
    identifier: str
    timeline: int
    recovery: bool
    lsn: int | None
    now: float
    replayed_at: float | None = None
    paused: str = ""
    apply_delay: float = 0
    receiver: str = ""
    receipt_age: float | None = None
    slot: str = ""
    status_interval: float = 10
    sender_timeout: float = 60
    slots: tuple[Slot, ...] = ()
    senders: tuple[Sender, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    page_checksums: bool = False
    page_failures: int = 0
    closing: bool | None = None
    size: int | None = None
    free: int | None = None
    beat: Beat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or a symbolic link.

    Attributes:
        kind: `f` or `l`.
        changed, modified: ctime and mtime, by the clock of its machine; nobody can set the first.
        content: SHA-256 of the bytes as read now, or where the link points; empty: it could not be read.
    """

    kind: str
    size: int
    changed: float
    modified: float
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tree of files as read.

    Attributes:
        now: its machine's clock before the listing, and `at` the checker's monotonic one at that moment.
        free: bytes of its disk.
    """

    now: float
    at: float
    free: int
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one end answered, or why it did not.

    Attributes:
        fault: code of why there is no answer; its values in `values`.
        absent: the machine answered that what was asked for is not there.
        stock: what a cloud keeps, of which only what has to do with the replica.
    """

    at: float
    took: float
    cluster: Cluster | None = None
    server: MariaServer | None = None
    tree: Tree | None = None
    stock: Stock | None = None
    fault: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Both ends of a replica; the source was always asked first, and the day is the checker's.

    Attributes:
        ahead: seconds that the source's clock is before the checker's; None: nobody compared them.
    """

    replica: Replica
    source: Seen
    target: Seen
    day: date
    ahead: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds between asking the source and having the replica's answer: what was written since is unknown."""
        return self.target.at + self.target.took - self.source.at
