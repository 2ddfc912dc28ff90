"""What a programme declares about moving data: who must approve, when it may happen, and how each system moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.model.canonical import LATER
from orchestrator.model.machines import Service
from orchestrator.model.move import Hash, Limits, Method, Pages, Tool


class Act(StrEnum):
    """What a second person approves; each ends with another side being written to, or with none to go back to."""

    CUTOVER = "cutover"
    ROLLBACK = "rollback"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolerRules:
    """Where clients' pgbouncer is and which file names their databases; reached as source machines are."""

    address: str
    file: str
    ssh_port: int = 22
    user: str = "root"
    port: int = 6432
    socket: str = "/var/run/postgresql"
    account: str = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRules:
    """Where a server listens on its machine, and the account that its local socket trusts."""

    port: int = 5432
    socket: str = "/var/run/postgresql"
    account: str = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRules:
    """How a client of ours writes through the route while the sides change, so that the gap is measured.

    Attributes:
        role: of the application; a pooler knows it.
        secret: file, inside the programme's folder, with its password alone; nobody but its owner may read it.
        rate: rows a second.
    """

    role: str
    secret: str
    rate: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRules:
    """How one system's PostgreSQL databases move.

    Attributes:
        server: id, on the list, of the server that holds them; its source address is where they are now.
        method: a person's choice; None leaves it to the preflight.
        algorithms: what an old sshd of this source speaks beyond today's defaults, by OpenSSH's option names.
        routes: what leads clients to a side that do not come by the pooler.
    """

    server: str
    databases: tuple[str, ...]
    pooler: PoolerRules
    source: ClusterRules = ClusterRules()
    target: ClusterRules = ClusterRules()
    method: Method | None = None
    algorithms: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    probe: ProbeRules | None = None
    routes: RoutesRules | None = field(default=None, metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRules:
    """Where clients' HAProxy is and what its configuration calls the two sides; reached as source machines are."""

    address: str
    port: int
    socket: str
    backend: str
    source: str
    target: str
    maxconn: int = 0
    ssh_port: int = 22
    user: str = "root"
    account: str = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class MariaRules:
    """How one system's MariaDB moves; as `DatabaseRules`."""

    server: str
    databases: tuple[str, ...]
    proxy: ProxyRules
    source: ClusterRules
    target: ClusterRules
    method: Method | None = None
    algorithms: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    probe: ProbeRules | None = None
    routes: RoutesRules | None = field(default=None, metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRules:
    """How a client of ours reads a page where people do while the sides change, so that the gap is measured.

    Attributes:
        address: where people's names for the site lead; empty: where `name` leads at each moment.
        rate: pages a second.
        name: one of the system's routes, as a resolver that keeps an answer for its TTL knows it.
    """

    address: str
    port: int = 80
    path: str = "/"
    rate: int = 20
    name: str = field(default="", metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRules:
    """Where a file system is mounted on one side, and the commands that end and begin whatever uses it."""

    path: str
    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    others: tuple[Service, ...] = field(default=(), metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """A name of the DNS that leads people to the system, and who may change it.

    Attributes:
        servers: addresses of all that answer for the zone; the first takes its changes.
        key: file, inside the programme's folder, with the TSIG key.
        source, target: the address that it has while that side is open; empty: that of its server.
        ttl: seconds, for as long as the system moves.
    """

    name: str
    zone: str
    servers: tuple[str, ...]
    key: str
    source: str = ""
    target: str = ""
    ttl: int = 60
    port: int = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingRules:
    """A floating IP that leads people to the system.

    Attributes:
        cloud: the programme's name of its cloud.
        source, target: the fixed address of the port that it has while that side is open; empty: that of its server.
    """

    address: str
    cloud: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardRules:
    """What the machine at the old address passes on once the target is open.

    Attributes:
        quiet_days: days in which nobody may have come before the old machine is retired.
    """

    ports: tuple[int, ...]
    quiet_days: float = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesRules:
    """All that leads people to a system and is switched with its sides."""

    names: tuple[NameRules, ...] = ()
    forward: ForwardRules | None = None
    floating_ips: tuple[FloatingRules, ...] = field(default=(), metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRules:
    """How one system's file system moves; as `DatabaseRules`.

    Attributes:
        routes: what leads people to what serves the files.
        probe: of a static site alone; what people would meet in other files depends on what serves them.
        proxy: of a static site alone, where people come by one.
    """

    server: str
    source: TreeRules
    target: TreeRules
    hash: Hash = Hash.SHA256
    method: Method | None = None
    algorithms: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    probe: ReaderRules | None = None
    proxy: ProxyRules | None = field(default=None, metadata={LATER: True})
    routes: RoutesRules | None = field(default=None, metadata={LATER: True})

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the path that it has on the source."""
        return (self.source.path,)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRules(FilesRules):
    """How one static site moves; as `FilesRules`."""

    pages: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class WebappRules:
    """How a system of a file system and databases moves as one; each part as if it moved by itself.

    Attributes:
        method: none; a person's choice is the database's.
    """

    files: FilesRules
    database: DatabaseRules | MariaRules
    method: None = None

    @property
    def probe(self) -> ProbeRules | None:
        """The client of ours that writes into the database."""
        return self.database.probe


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalRules:
    """How one system's data moves by a tool that the programme brings along.

    Attributes:
        tool: the file in `move.d`, by the bytes that it has now.
        options: the tool's own.
    """

    server: str
    tool: Tool
    options: Mapping[str, str] = field(default_factory=dict)
    method: Method | None = None
    algorithms: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    probe: None = None

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the tool that knows it."""
        return (self.tool.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperRules:
    """The machine of ours that keeps a disk's copy; reached as source machines are."""

    address: str
    ssh_port: int = 22
    user: str = "root"
    folder: str = "/var/lib/migrate"


@dataclass(frozen=True, slots=True, kw_only=True)
class RehostRules:
    """How one system's machine moves as it is; as `RehostMove`."""

    server: str
    disk: str
    root: str
    keeper: KeeperRules
    answers: tuple[int, ...] = (22,)
    boot: int = 600
    services: tuple[Service, ...] = ()
    routes: RoutesRules | None = None
    method: Method | None = None
    algorithms: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    probe: None = None

    @property
    def databases(self) -> tuple[str, ...]:
        """What people call its content: the disk."""
        return (f"/dev/{self.disk}",)


PartRules = DatabaseRules | MariaRules | FilesRules | ExternalRules | RehostRules
AnyRules = PartRules | WebappRules


def part_rules(rules: AnyRules) -> tuple[PartRules, ...]:
    """Return the rules of each part; most systems have one."""
    return (rules.files, rules.database) if isinstance(rules, WebappRules) else (rules,)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingRules:
    """What the programme's `moving:` declares.

    Attributes:
        approvals: whether a cutover, a rollback after opening and a retirement need a second person's signature.
        approvers: allowed_signers file (ssh-keygen(1)) of those who may approve, inside the programme's folder.
        schedule: plan file that the windows are taken from; empty: any time that no freeze covers.
        rehearsal: whether a cutover needs a rehearsal of the very same plan that passed.
        rehearsal_days: how long a rehearsal counts.
        soak_days: watched days between opening and retirement.
    """

    approvals: bool = True
    approvers: str = "approvers"
    schedule: str = "schedule.yaml"
    rehearsal: bool = False
    rehearsal_days: int = 14
    soak_days: int = 7
    databases: Mapping[str, AnyRules] = field(default_factory=dict)

    @property
    def soak(self) -> timedelta:
        """How long an open system is watched."""
        return timedelta(days=self.soak_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person's word for one act on one system, as found; nothing of it is believed before it is judged.

    Attributes:
        digest: of what was approved, as `--dry-run` printed it.
        actor: who gave it, by the machine's account: `user@host`.
        principal: who signed it, by the approvers' file; empty while no signature was verified.
        fault: code of why its signature counts for nothing; empty when it counts.
        file: where it was found.
    """

    programme: str
    system: str
    act: Act
    digest: str
    actor: str
    made: datetime
    expires: datetime
    principal: str = ""
    fault: str = ""
    file: str = ""
