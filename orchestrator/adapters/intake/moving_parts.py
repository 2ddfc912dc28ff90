"""The shape of `moving:` in `programme.yaml`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from orchestrator.adapters.intake.parts import (
    Absolute,
    Address,
    AlgorithmList,
    Command,
    DatabaseName,
    Inside,
    LegacyOption,
    Name,
    Part,
    Port,
    Text,
    listed,
)
from orchestrator.model.move import Hash, Method

Account = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]


class PoolerPart(Part):
    """The pgbouncer that a system's clients talk to, and the file in which its databases are named."""

    address: Address
    ssh_port: Port = 22
    user: Account = "root"
    port: Port = 6432
    file: Absolute
    socket: Absolute = "/var/run/postgresql"
    account: Account = "postgres"


class MoveLimitsPart(Part):
    """How long the parts of a frozen section may take, in seconds, and how far behind its target may be."""

    frozen: Annotated[float, Field(ge=1, le=60)] = 5
    hold: Annotated[float, Field(ge=0.2, le=30)] = 2
    catch_up: Annotated[float, Field(ge=0.2, le=30)] = 3
    transaction: Annotated[float, Field(ge=0.1, le=3600)] = 1
    lag_bytes: Annotated[int, Field(ge=0, le=1 << 30)] = 16 * 1024
    copy_: Annotated[float | None, Field(ge=1, le=7 * 86400, alias="copy")] = None


class ClusterPart(Part):
    """Where a PostgreSQL cluster listens on its machine, and the account that its local socket trusts."""

    port: Port = 5432
    socket: Absolute = "/var/run/postgresql"
    account: Account = "postgres"


class ProbePart(Part):
    """The client of ours that writes through the route while the sides change."""

    role: DatabaseName
    secret: Inside
    rate: Annotated[int, Field(ge=1, le=1000)] = 50


# As zones have them: no point at the end, no pattern.
_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
ZoneName = Annotated[
    str, StringConstraints(to_lower=True, max_length=253, pattern=rf"^({_LABEL}\.)+[A-Za-z0-9-]{{1,63}}$")
]


class NamePart(Part):
    """A name of the DNS that leads people to the system, all servers of its zone, and the key that may change it."""

    name: ZoneName
    zone: ZoneName
    servers: Annotated[tuple[Address, ...], BeforeValidator(listed), Field(min_length=1, max_length=20)]
    key: Inside
    source: Address | None = None  # that of either server
    target: Address | None = None
    ttl: Annotated[int, Field(ge=1, le=3600)] = 60
    port: Port = 53

    @model_validator(mode="after")
    def _within(self) -> NamePart:
        if not f".{self.name}".endswith(f".{self.zone}"):
            raise PydanticCustomError("zone", "not a name of that zone")
        return self


class FloatingPart(Part):
    """A floating IP of a cloud, and the fixed addresses of the two ports that it may have."""

    address: Address
    cloud: Name
    source: Address | None = None  # that of either server
    target: Address | None = None


class ForwardPart(Part):
    """What the machine at the old address passes on to the target, and how long nobody may have come in the end."""

    ports: Annotated[tuple[Port, ...], Field(min_length=1, max_length=20)]
    quiet_days: Annotated[float, Field(gt=0, le=365)] = 7


class DirectRoutesPart(Part):
    """What leads those to a database who come by no pooler and no proxy.

    Nothing is passed on there: what follows from one side to the other goes to the very port that would be.
    """

    names: Annotated[tuple[NamePart, ...], Field(max_length=20)] = ()
    floating_ips: Annotated[tuple[FloatingPart, ...], Field(max_length=20)] = ()


class RoutesPart(DirectRoutesPart):
    """What leads people to a system and is switched with its sides."""

    forward: ForwardPart | None = None


class DatabaseMovePart(Part):
    """How a system's PostgreSQL databases move."""

    server: Text
    databases: Annotated[tuple[DatabaseName, ...], BeforeValidator(listed), Field(min_length=1, max_length=100)]
    pooler: PoolerPart
    source: ClusterPart = ClusterPart.model_construct()
    target: ClusterPart = ClusterPart.model_construct()
    method: Method | None = None
    algorithms: dict[LegacyOption, AlgorithmList] = Field(default_factory=dict)
    limits: MoveLimitsPart = MoveLimitsPart.model_construct()
    probe: ProbePart | None = None


class DirectDatabaseMovePart(DatabaseMovePart):
    """How they move where they are a system's only part."""

    routes: DirectRoutesPart | None = None


ProxyName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")]


class ProxyPart(Part):
    """The HAProxy that a system's clients talk to, and what its configuration calls the two sides."""

    address: Address
    ssh_port: Port = 22
    user: Account = "root"
    account: Account = "root"
    socket: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9_./-]{1,100}$")] = "/run/haproxy/admin.sock"
    backend: ProxyName
    source: ProxyName = "source"
    target: ProxyName = "target"


class HoldingProxyPart(ProxyPart):
    """One that holds clients, by what either side may have."""

    port: Port = 3306
    maxconn: Annotated[int, Field(ge=1, le=100_000)]


class MariaServerPart(Part):
    """Where a MariaDB listens on its machine, and the account that its local socket trusts."""

    port: Port = 3306
    socket: Absolute = "/run/mysqld/mysqld.sock"
    account: Account = "root"


class MariaMovePart(Part):
    """How a system's MariaDB moves: all its databases together, by GTID."""

    server: Text
    databases: Annotated[tuple[DatabaseName, ...], BeforeValidator(listed), Field(min_length=1, max_length=100)]
    proxy: HoldingProxyPart
    source: MariaServerPart = MariaServerPart.model_construct()
    target: MariaServerPart = MariaServerPart.model_construct()
    method: Method | None = None
    algorithms: dict[LegacyOption, AlgorithmList] = Field(default_factory=dict)
    limits: MoveLimitsPart = MoveLimitsPart.model_construct()
    probe: ProbePart | None = None


class DirectMariaMovePart(MariaMovePart):
    """How it moves where it is a system's only part."""

    routes: DirectRoutesPart | None = None


# Nothing that a table of mounts would write otherwise than it is, or that a pattern would take for more than a letter.
TreePath = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^(/[^/\\\s*?\[\]\x00-\x1f\x7f-\x9f]{1,100}){1,20}$")
]


class ServicePart(Part):
    """Something else that uses a file system, such as a timer: the words that end and begin it."""

    stop: Annotated[Command, Field(min_length=1)]
    start: Annotated[Command, Field(min_length=1)]


class TreePart(Part):
    """Where a file system is mounted on one side, and the words of the commands that end and begin what uses it."""

    path: TreePath
    stop: Command = ()
    start: Command = ()
    others: Annotated[tuple[ServicePart, ...], Field(max_length=20)] = ()


class FilesLimitsPart(Part):
    """How long the parts of a file system's frozen section may take, in seconds."""

    frozen: Annotated[float, Field(ge=1, le=3600)] = 60
    hold: Annotated[float, Field(ge=0.2, le=600)] = 20
    catch_up: Annotated[float, Field(ge=0.2, le=3600)] = 45


class FilesMovePart(Part):
    """How a system's file system moves."""

    server: Text
    source: TreePart
    target: TreePart
    hash: Hash = Hash.SHA256
    method: Method | None = None
    algorithms: dict[LegacyOption, AlgorithmList] = Field(default_factory=dict)
    limits: FilesLimitsPart = FilesLimitsPart.model_construct()
    routes: RoutesPart | None = None


# As they stand in a request: what is not of these letters is written with percent signs.
PagePath = Annotated[str, StringConstraints(max_length=500, pattern=r"^/[!$-;=?-Z\[\]_a-z~]*$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]


class ReaderPart(Part):
    """The client of ours that reads a page where people do while the sides change."""

    address: Address | None = None
    name: ZoneName | None = None  # one of the routes', instead of an address
    port: Port | None = None  # that of the site
    path: PagePath | None = None  # the first of the site's
    rate: Annotated[int, Field(ge=1, le=200)] = 20


class SiteProxyPart(ProxyPart):
    """The HAProxy that readers of a site talk to; nobody is held by it."""

    port: Port | None = None  # that of the site


class StaticMovePart(FilesMovePart):
    """How a static site moves: the file system that it lies in, and what is asked of both sides from outside."""

    host: HostName
    port: Port | None = None  # 80, with TLS 443
    tls: bool = False
    paths: Annotated[tuple[PagePath, ...], BeforeValidator(listed), Field(min_length=1, max_length=200)]
    sample: Annotated[int, Field(ge=0, le=1000)] = 20
    proxy: SiteProxyPart | None = None
    probe: ReaderPart | None = None

    @model_validator(mode="after")
    def _reads(self) -> StaticMovePart:
        if self.probe:
            names = {each.name for each in self.routes.names} if self.routes else set()
            known = self.probe.name in names if self.probe.name else bool(self.probe.address)
            if not known or (self.probe.name and self.probe.address):
                raise PydanticCustomError("reader", "neither an address nor one of the routes' names")
        return self


class WebappMovePart(Part):
    """How a system's file system and its databases, of one kind, move as one."""

    files: FilesMovePart
    postgresql: DatabaseMovePart | None = None
    mariadb: MariaMovePart | None = None


def _no_secret(options: dict[str, str]) -> dict[str, str]:
    """Refuse what is named like a secret: options are shown and recorded; a tool reads a file of the programme's."""
    if any(SECRET.search(name) for name in options):
        raise PydanticCustomError("credential", "has a password")
    return options


# What is named so is a secret; on a command line, too, it has no place.
SECRET = re.compile(r"(^|_)(password|passwd|passphrase|pwd|secret|token|key)$")
TOOL_NAME, OPTION_NAME = r"[a-z0-9][a-z0-9_-]{0,40}", r"[a-z][a-z0-9_]{0,40}"
OptionName = Annotated[str, StringConstraints(pattern=f"^{OPTION_NAME}$")]
ToolOptions = Annotated[dict[OptionName, Text], Field(max_length=50), AfterValidator(_no_secret)]


class ToolLimitsPart(Part):
    """How long the parts of a tool's frozen section may take, in seconds, and how far behind its target may be."""

    frozen: Annotated[float, Field(ge=1, le=3600)] = 60
    hold: Annotated[float, Field(ge=0.2, le=600)] = 20
    catch_up: Annotated[float, Field(ge=0.2, le=3600)] = 30
    step: Annotated[float, Field(ge=0.2, le=600)] = 10
    lag_bytes: Annotated[int, Field(ge=0, le=1 << 40)] = 16 * 1024


class ExternalMovePart(Part):
    """How a system's data moves by a tool that lies in the programme's folder `move.d`."""

    server: Text
    tool: Annotated[str, StringConstraints(pattern=f"^{TOOL_NAME}$")]
    options: ToolOptions = Field(default_factory=dict)
    limits: ToolLimitsPart = ToolLimitsPart.model_construct()


class KeeperPart(Part):
    """The machine that keeps a disk's copy, makes it fit and starts it where it reaches nobody."""

    address: Address
    ssh_port: Port = 22
    user: Account = "root"
    folder: Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,60}){1,8}$")] = (
        "/var/lib/migrate"
    )


class NamesPart(Part):
    """What leads people to a machine that moves as it is: the copy would pass on to itself what an old address did."""

    names: Annotated[tuple[NamePart, ...], Field(min_length=1, max_length=20)]


class RehostLimitsPart(Part):
    """How long the parts of a disk's frozen section may take, in seconds: the whole disk is read and sent in it."""

    frozen: Annotated[float, Field(ge=10, le=86400)] = 7200
    hold: Annotated[float, Field(ge=0.2, le=600)] = 60
    catch_up: Annotated[float, Field(ge=1, le=43200)] = 3600


class RehostMovePart(Part):
    """How a system's machine moves as it is: its whole disk."""

    server: Text
    disk: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,30}$")]
    root: Literal["/"] | TreePath = "/"
    keeper: KeeperPart
    answers: Annotated[tuple[Port, ...], BeforeValidator(listed), Field(min_length=1, max_length=20)] = (22,)
    boot: Annotated[int, Field(ge=10, le=3600)] = 600  # seconds
    services: Annotated[tuple[ServicePart, ...], Field(max_length=40)] = ()
    limits: RehostLimitsPart = RehostLimitsPart.model_construct()
    routes: NamesPart | None = None
    algorithms: dict[LegacyOption, AlgorithmList] = Field(default_factory=dict)


class MovingPart(Part):
    """How data moves, and what must have happened before clients are held."""

    approvals: Literal["required", "none"] = "required"
    approvers: Inside = "approvers"
    windows: Inside = "schedule.yaml"  # `any`: whenever no freeze covers the day
    rehearsal: Literal["required", "none"] = "none"
    rehearsal_days: Annotated[int, Field(ge=1, le=365)] = 14
    soak_days: Annotated[int, Field(ge=0, le=365)] = 7
    postgresql: dict[Text, DirectDatabaseMovePart] = Field(default_factory=dict)
    mariadb: dict[Text, DirectMariaMovePart] = Field(default_factory=dict)
    files: dict[Text, FilesMovePart] = Field(default_factory=dict)
    static: dict[Text, StaticMovePart] = Field(default_factory=dict)
    webapp: dict[Text, WebappMovePart] = Field(default_factory=dict)
    external: dict[Text, ExternalMovePart] = Field(default_factory=dict)
    rehost: dict[Text, RehostMovePart] = Field(default_factory=dict)
