"""The machines of a move and the routes to them: how each is reached, and where its data and its clients are."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestrator.model.canonical import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a machine is reached: OpenSSH, by key, with its host key pinned.

    Attributes:
        algorithms: what an old sshd speaks beyond today's defaults, by OpenSSH's option names, such as
            `("KexAlgorithms", "+diffie-hellman-group14-sha1")`; allowed for this machine alone.
        known_as: the name that its host key is pinned under, where that is another machine's; empty: its own.
    """

    address: str
    user: str = "root"
    port: int = 22
    algorithms: tuple[tuple[str, str], ...] = ()
    known_as: str = field(default="", metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseServer:
    """One database server: a PostgreSQL cluster, or a MariaDB.

    Attributes:
        name: the server's name; what people are told.
        account: the operating system's user that it trusts on its local socket.
        superuser: the database role of that user.
        socket: PostgreSQL's folder of the local socket, MariaDB's socket itself.
        address, data_port: where the other side's replication and the pooler connect to.
    """

    name: str
    reach: Reach
    address: str
    data_port: int = 5432
    socket: str = "/var/run/postgresql"
    account: str = "postgres"
    superuser: str = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The words of the commands that end and begin one thing, run as they are and by no shell."""

    stop: tuple[str, ...]
    start: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeServer:
    """A machine with a file system that moves.

    Attributes:
        name: the server's name; what people are told.
        address: where the other side reaches its sshd.
        path: where the file system is mounted. It is one of its own: what is made read-only there is the whole of it.
        stop, start: words of the commands that end and begin whatever uses it, run as they are and by no shell; empty:
            nothing is ended, and the fence holds only once nobody has a file open for writing.
        account: the operating system's user that may mount.
        others: what else uses it, such as timers: ended before, in this order, and begun after, in the other one.
    """

    name: str
    reach: Reach
    address: str
    path: str
    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    account: str = "root"
    others: tuple[Service, ...] = field(default=(), metadata={LATER: True})

    @property
    def stops(self) -> tuple[tuple[str, ...], ...]:
        """All commands that end what uses it, in order."""
        return tuple(words for words in (*(each.stop for each in self.others), self.stop) if words)

    @property
    def starts(self) -> tuple[tuple[str, ...], ...]:
        """All commands that begin what uses it, in order."""
        return tuple(words for words in (self.start, *(each.start for each in reversed(self.others))) if words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One side of what a tool moves; the tool reaches it as it likes.

    Attributes:
        name: the server's name; what people are told.
    """

    name: str
    reach: Reach
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskServer:
    """A machine whose whole disk moves.

    Attributes:
        name: the server's name; what people are told.
        address: where the keeper reaches its sshd.
        disk: the device, by its name below `/dev`.
        root: where the root file system of that disk is mounted: `/`, or where a rescue system has it.
        account: the operating system's user that may read the device and mount.
        services: what writes to it, or acts on others: ended in this order before it is made read-only, and begun in
            the other one after it is given back.
    """

    name: str
    reach: Reach
    address: str
    disk: str
    root: str = "/"
    account: str = "root"
    services: tuple[Service, ...] = field(default=(), metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudServer:
    """The server of a cloud that starts from a disk's copy; a batch has made it, with its port and its address.

    Attributes:
        name: the server's name on its cloud; what people are told.
        cloud: its name in `clouds.yaml`.
        programme, system, key: whose it is, as its marks say.
        reach: how the copy is reached once it runs there: by the source's accounts and host keys.
    """

    name: str
    cloud: str
    programme: str
    system: str
    key: str
    reach: Reach

    @property
    def address(self) -> str:
        """Where it is reached."""
        return self.reach.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """A machine of ours that keeps a disk's copy, makes it fit for the cloud, and starts it where it reaches nobody.

    What it mounts and runs is of the machine that moves: nothing else should be on it.

    Attributes:
        name: what people are told.
        address: where it comes from, as the source sees it.
        folder: where copies are kept.
        account: the operating system's user that may mount.
    """

    name: str
    reach: Reach
    address: str
    folder: str
    account: str = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooler:
    """The pgbouncer that clients talk to, which holds them while the sides change.

    Attributes:
        account: the operating system's user it runs as; only that one may speak to its console without a password.
        file: the file with this system's databases, included by its configuration and replaced by rename.
    """

    name: str
    reach: Reach
    file: str
    port: int = 6432
    socket: str = "/var/run/postgresql"
    account: str = "postgres"


# What a proxy's configuration says of a target whose address nobody knows yet: it is told before each section.
OPEN_ADDRESS = "0.0.0.0"  # noqa: S104 - nobody listens there


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """The HAProxy that clients talk to; new ones of a database are held by it while the sides change.

    Attributes:
        port: where clients connect; a connection of ours keeps the last place of the side that is left.
        socket: its runtime socket, of level admin, spoken to by `socat` there.
        backend, source, target: where the two sides are, by the names of its configuration.
        maxconn: of either side, by its configuration; clients above it wait in the proxy's queue. 0: nobody is held.
    """

    name: str
    reach: Reach
    port: int
    socket: str
    backend: str
    source: str
    target: str
    maxconn: int = 0
    account: str = "root"
