"""What leads people to a side where nothing holds them meanwhile: a name, a floating IP, what an address passes on.

Each is switched once the sides have changed, behind the row that decides; all of them can be said twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from orchestrator.model.canonical import LATER
from orchestrator.model.machines import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRoute:
    """A name of the DNS that leads to the side that is open.

    Attributes:
        name, zone: in lower case, without the point at the end.
        servers: addresses of all that answer for the zone; the first takes its changes.
        key: file, inside the programme's folder, with the TSIG key that may change it: `ALGORITHM:NAME:SECRET`.
        source, target: the address that the name has while that side is open.
        ttl: seconds, for as long as the system moves.
        before: seconds that it had before; 0 until the servers were asked.
    """

    name: str
    zone: str
    servers: tuple[str, ...]
    key: str
    source: str
    target: str
    ttl: int = 60
    port: int = 53
    before: int = field(default=0, compare=False)  # told by the servers: no edit of the programme

    def addresses(self, *, back: bool) -> tuple[str, str]:
        """Return the address that the name leaves and the one that it gets; `back` swaps them."""
        return (self.target, self.source) if back else (self.source, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingRoute:
    """A floating IP of a cloud that is associated with the port of the side that is open.

    Attributes:
        address: what clients call.
        cloud: its name in the clouds file.
        clouds: that file, inside the programme's folder.
        source, target: the fixed address of either side's port.
        source_port, target_port: ids of these ports; empty until the cloud was asked.
    """

    address: str
    cloud: str
    clouds: str
    source: str
    target: str
    source_port: str = field(default="", compare=False)  # told by the cloud, as what it was associated with before
    target_port: str = field(default="", compare=False)

    def ends(self, *, back: bool) -> tuple[tuple[str, str], tuple[str, str]]:
        """Return port and fixed address that it leaves, and those that it gets; `back` swaps them."""
        source, target = (self.source_port, self.source), (self.target_port, self.target)
        return (target, source) if back else (source, target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarder:
    """What the machine at the old address passes on to the target while that is open: for who knows no name.

    Attributes:
        slug: the system's; names everything of ours there.
        account: the operating system's user that may change what the kernel passes on.
        address, ports: where clients connect.
        target: the address that is passed on to, at the same ports.
        quiet: how long nobody may have come before the old machine is retired.
    """

    slug: str
    reach: Reach
    address: str
    target: str
    ports: tuple[int, ...]
    quiet: timedelta
    account: str = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """All that leads people to a system."""

    names: tuple[DnsRoute, ...] = ()
    forwarder: Forwarder | None = None
    floating: tuple[FloatingRoute, ...] = field(default=(), metadata={LATER: True})

    @property
    def wait(self) -> timedelta:
        """How long an answer of before may still be used once the names' TTL is lowered everywhere."""
        return timedelta(seconds=max((each.before for each in self.names), default=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSeen:
    """What one server says of a name.

    Attributes:
        addresses: of the family of the route's own.
        others: of the other family.
        ttl: of the addresses, in seconds; 0 where there are none.
        alias: what it is another name of; empty: of none.
        fault: why nothing is known; empty where it answered.
    """

    server: str
    addresses: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    ttl: int = 0
    alias: str = ""
    fault: str = ""

    @property
    def said(self) -> str:
        """What it says, in one line."""
        return self.fault or self.alias or " ".join(self.addresses) or "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingSeen:
    """What a cloud says of a floating IP, and of the port that it is to get.

    Attributes:
        known: whether our project has that address.
        port, fixed: what it is associated with; empty: nothing.
        target_port: id of our project's only port with the target's fixed address; empty where there is no such.
        taken: another floating IP of the target's fixed address, which therefore can get none; empty: none.
        fault: why nothing is known.
    """

    known: bool = False
    port: str = ""
    fixed: str = ""
    target_port: str = ""
    taken: str = ""
    fault: str = ""

    @property
    def said(self) -> str:
        """What it says, in one line."""
        return self.fault or self.fixed or "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """What the machine at the old address says.

    Attributes:
        state: `on`, `back` (it was, and the machine serves by itself again), `off`, or empty: nobody could tell.
        since: seconds for which it has seen who comes; a restart of the machine begins anew.
        clients: who came within that time, or within the quiet that is asked for.
        fault: why nothing is known.
    """

    state: str = ""
    since: int = 0
    clients: tuple[str, ...] = ()
    fault: str = ""
