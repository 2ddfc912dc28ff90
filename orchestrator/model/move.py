"""How a system's data moves: kind, method, limits, and between which machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from orchestrator.model.canonical import LATER
from orchestrator.model.machines import (
    CloudServer,
    DatabaseServer,
    DiskServer,
    Keeper,
    Machine,
    Pooler,
    Proxy,
    TreeServer,
)
from orchestrator.model.routes import Routes


class Kind(StrEnum):
    """What a system's data is held by; a life records it, and one that does not is of PostgreSQL's."""

    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"
    FILES = "files"
    STATIC = "static"
    WEBAPP = "webapp"  # a file system and databases of one system
    EXTERNAL = "external"
    REHOST = "rehost"  # the whole disk of one machine


class Method(StrEnum):
    """How the data gets across, best first."""

    LOGICAL = "logical"  # both sides run; rows follow by publication and subscription, or by GTID
    PHYSICAL = "physical"  # the target is a standby of the source until it is promoted
    DUMP = "dump"  # clients wait while everything is dumped and restored
    RSYNC = "rsync"  # passes over a tree of files, each of what changed since the one before
    TAR = "tar"  # the same where there is no rsync
    TOGETHER = "together"  # several parts, each by a method of its own, decided once
    DISK = "disk"  # passes over a whole disk, each of the chunks that changed since the one before
    EXTERNAL = "external"  # however the tool that the programme brings along does it


# Nothing follows back after the target has opened: what a way back would lose is counted.
ONE_WAY = frozenset({Method.PHYSICAL, Method.DUMP, Method.DISK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long things may take; each has an automatic way back.

    Attributes:
        hold: for running transactions to end once new ones wait.
        step: for any other line of the frozen section.
        catch_up: for the last row to arrive at the side that opens.
        frozen: for everything from holding clients until they are let go.
        undecided: for the side that opens to say what became of an opening whose answer was lost.
        transaction: the oldest transaction with which a frozen section may begin.
        lag_bytes: how far the side that opens may be behind when it begins.
        copy: for a dump, its restore and their comparison, while clients wait; None: twice what the trial took.
    """

    hold: timedelta = timedelta(seconds=2)
    step: timedelta = timedelta(seconds=2)
    catch_up: timedelta = timedelta(seconds=3)
    frozen: timedelta = timedelta(seconds=5)
    undecided: timedelta = timedelta(seconds=60)
    transaction: timedelta = timedelta(seconds=1)
    lag_bytes: int = 16 * 1024
    copy: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """What a trial of dump and restore has shown, between these very machines.

    Attributes:
        dump, restore, compare: seconds of each part, of all databases together; the restore with its statistics.
        patience: seconds that the pooler lets a client wait before it is sent away; 0: as long as it takes.
        shared: whether clients share the pooler's sessions, so that it can hold them between two transactions.
    """

    dump: float
    restore: float
    compare: float
    patience: float
    shared: bool = True

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.dump + self.restore + self.compare


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseMove:
    """What moves.

    Attributes:
        slug: names everything of ours on both sides.
        databases: by name; a name is whatever the source allowed and is quoted wherever it is used.
        roles: the roles that applications log in with; they are fenced and opened together. Empty until the
            source was asked.
        copying: what the trial has shown; of a dump alone.
        lose: rows that a person accepts to lose by a rollback, for each database; empty: none.
        folder: the target's data folder, which a physical copy replaces; empty until the target was asked.
        routes: what leads those clients to a side that do not come by the pooler.
    """

    kind: ClassVar[Kind] = Kind.POSTGRESQL

    system: str
    slug: str
    databases: tuple[str, ...]
    source: DatabaseServer
    target: DatabaseServer
    pooler: Pooler
    roles: tuple[str, ...] = ()
    method: Method = Method.LOGICAL
    limits: Limits = field(default_factory=Limits)
    copying: Copying | None = None
    lose: tuple[int, ...] = ()
    folder: str = ""
    routes: Routes | None = field(default=None, metadata={LATER: True})

    @property
    def follower(self) -> str:
        """The role of ours that replication logs in with."""
        return f"migrate_{self.name}_follow"

    @property
    def prober(self) -> str:
        """The role of ours that is fenced together with the application's and tries what they may do."""
        return f"migrate_{self.name}_probe"

    @property
    def name(self) -> str:
        """The slug as databases like their names."""
        return self.slug.replace("-", "_")

    def ends(self, *, back: bool) -> tuple[DatabaseServer, DatabaseServer]:
        """Return the side that writers leave and the side that opens; `back` swaps them."""
        return (self.target, self.source) if back else (self.source, self.target)

    def link(self, attempt: int, database: str) -> str:
        """Return the name of the subscription, and of its slot, that an attempt leaves behind; 0 is the seed's."""
        return f"migrate_{self.name}_{attempt}_{self.databases.index(database)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MariaMove:
    """A MariaDB server that moves: replication by GTID takes the whole of it along.

    Attributes:
        databases: what people call its content, by name; there is no other on the source.
        roles: accounts as `USER@HOST` that are fenced and opened together. Empty until the source was asked.
        routes: what leads those clients to a side that do not come by the proxy.
    """

    kind: ClassVar[Kind] = Kind.MARIADB

    system: str
    slug: str
    databases: tuple[str, ...]
    source: DatabaseServer
    target: DatabaseServer
    proxy: Proxy
    roles: tuple[str, ...] = ()
    method: Method = Method.LOGICAL
    limits: Limits = field(default_factory=Limits)
    routes: Routes | None = field(default=None, metadata={LATER: True})

    @property
    def follower(self) -> str:
        """The account of ours that replication logs in with, and the name of its connection."""
        return f"migrate_{self.slug.replace('-', '_')}"

    def ends(self, *, back: bool) -> tuple[DatabaseServer, DatabaseServer]:
        """Return the side that writers leave and the side that opens; `back` swaps them."""
        return (self.target, self.source) if back else (self.source, self.target)


class Hash(StrEnum):
    """What the bytes of two trees are compared by."""

    SHA256 = "sha256"
    SM3 = "sm3"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesMove:
    """A file system that moves.

    Nobody is held. Whoever uses files mounts or serves them on the machine itself, so the side that is open is the side
    whose file system may be written to and whose service runs.

    Attributes:
        proxy: what leads people to a static site, where that is a HAProxy: it is switched with the sides.
        routes: what leads people to that service and is switched with the sides; what it lacks is switched as the
            programme's own plan of the cutover says.
    """

    kind: ClassVar[Kind] = Kind.FILES

    system: str
    slug: str
    source: TreeServer
    target: TreeServer
    hash: Hash = Hash.SHA256
    method: Method = Method.RSYNC
    limits: Limits = field(default_factory=Limits)
    proxy: Proxy | None = field(default=None, metadata={LATER: True})
    routes: Routes | None = field(default=None, metadata={LATER: True})

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the path that it has on the source."""
        return (self.source.path,)

    def ends(self, *, back: bool) -> tuple[TreeServer, TreeServer]:
        """Return the side that writers leave and the side that opens; `back` swaps them."""
        return (self.target, self.source) if back else (self.source, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What of a site is asked for, from outside and of both sides alike.

    Attributes:
        host: the site's name, as people's browsers give it.
        port: where either side serves it.
        tls: whether it is spoken there; whose certificate it is, is not asked.
        paths: that must be answered, as they stand in a request.
        sample: how many more pages are taken at random from the tree's files.
    """

    host: str
    paths: tuple[str, ...]
    port: int = 80
    tls: bool = False
    sample: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticMove(FilesMove):
    """A static site: a file system that moves, and a server on either side that gives its files out and writes none.

    Readers are not held. Both sides serve at all times, and what is asked of both must be answered alike.
    """

    kind: ClassVar[Kind] = Kind.STATIC

    pages: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class WebappMove:
    """A system whose file system and databases move as one: frozen together, decided once, and back together.

    Attributes:
        files, database: its parts, perhaps on different servers; each knows the frozen seconds of the whole.
        chosen: a person's choice of the database's method; None leaves it to the preflight.
        routes: what leads people to its service.
    """

    kind: ClassVar[Kind] = Kind.WEBAPP

    system: str
    slug: str
    files: FilesMove
    database: DatabaseMove | MariaMove
    chosen: Method | None = None
    method: Method = Method.TOGETHER
    routes: Routes | None = field(default=None, metadata={LATER: True})

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the path that it has on the source, and its databases."""
        return (*self.files.databases, *self.database.databases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An executable of the programme's own that moves data; `docs/external.md` is its contract.

    Attributes:
        name: of the file in the programme's folder `move.d`.
        digest: SHA-256, hex, of its bytes: those alone are run. Empty: it could not be read.
    """

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalMove:
    """What somebody else's tool moves.

    Attributes:
        options: the tool's own, told to it as data and never read by us.
        able: of what a tool may leave out, what this one said that it can. Empty until it was asked.
    """

    kind: ClassVar[Kind] = Kind.EXTERNAL

    system: str
    slug: str
    source: Machine
    target: Machine
    tool: Tool
    options: Mapping[str, str] = field(default_factory=dict)
    able: tuple[str, ...] = ()
    method: Method = Method.EXTERNAL
    limits: Limits = field(default_factory=Limits)

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the tool that knows it."""
        return (self.tool.name,)

    def ends(self, *, back: bool) -> tuple[Machine, Machine]:
        """Return the side that writers leave and the side that opens; `back` swaps them."""
        return (self.target, self.source) if back else (self.source, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehostMove:
    """A machine that moves as it is: its whole disk becomes an image.

    Attributes:
        target: the keeper, where the copy is until a server is started from it.
        server: which server that is; None in what was begun before there was a window for it.
        answers: the ports at which the copy, started where it reaches nobody, must answer.
        boot: seconds that it is given for that.
        size: of the disk, in bytes. 0 until the source was asked.
        root: the number of the partition with the root file system. 0 until then.
        routes: what leads people to the machine and is switched with the sides.
    """

    kind: ClassVar[Kind] = Kind.REHOST

    system: str
    slug: str
    source: DiskServer
    target: Keeper
    answers: tuple[int, ...] = (22,)
    boot: int = 600
    size: int = 0
    root: int = 0
    method: Method = Method.DISK
    limits: Limits = field(default_factory=Limits)
    server: CloudServer | None = field(default=None, metadata={LATER: True})
    routes: Routes | None = field(default=None, metadata={LATER: True})

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the disk."""
        return (f"/dev/{self.source.disk}",)


OnePart = DatabaseMove | MariaMove | FilesMove | ExternalMove | RehostMove  # a static site is files
AnyMove = OnePart | WebappMove
Led = DatabaseMove | MariaMove | FilesMove | WebappMove | RehostMove  # what people may be led to by routes
KINDS: Mapping[Kind, type[AnyMove]] = {
    Kind.POSTGRESQL: DatabaseMove,
    Kind.MARIADB: MariaMove,
    Kind.FILES: FilesMove,
    Kind.STATIC: StaticMove,
    Kind.WEBAPP: WebappMove,
    Kind.EXTERNAL: ExternalMove,
    Kind.REHOST: RehostMove,
}


def parts(move: AnyMove) -> tuple[OnePart, ...]:
    """Return what a move consists of; most consist of themselves alone."""
    return (move.files, move.database) if isinstance(move, WebappMove) else (move,)


def routes_of(move: AnyMove) -> Routes:
    """Return what leads people to a move's system beside a pooler or a proxy; empty where nothing is declared."""
    return (move.routes if isinstance(move, Led) else None) or Routes()


def with_routes(move: AnyMove, routes: Routes) -> AnyMove:
    """Return a move with other routes than those that it has; one that has none as it is."""
    return replace(move, routes=routes) if isinstance(move, Led) and move.routes else move


def one_way(move: AnyMove) -> bool:
    """Tell whether something of it does not follow back once the target has opened."""
    return any(part.method in ONE_WAY for part in parts(move))


def with_postgresql(move: AnyMove, **values: object) -> AnyMove:
    """Return a move with these values of its PostgreSQL databases; one without any as it is."""
    if isinstance(move, WebappMove):
        return replace(move, database=with_postgresql(move.database, **values))  # type: ignore[arg-type]  # of its kind
    return replace(move, **values) if isinstance(move, DatabaseMove) else move  # type: ignore[arg-type]  # of that name


def named(move: AnyMove, *, target: bool) -> str:
    """Return the names of a side's servers, each once."""
    servers = (part.target if target else part.source for part in parts(move))
    return " + ".join(dict.fromkeys(server.name for server in servers))
