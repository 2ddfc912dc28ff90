"""A MariaDB server as one end of a replication by GTID: its own words, and what they say of positions.

A position has, for each replication domain, the last transaction's server and number in that domain. MariaDB knows no
identifier that a replica shares with its source: whose it is shows in whom it follows and whose transactions it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.model.replica import Beat

Position = Mapping[int, tuple[int, int]]  # domain → server id, sequence number


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A connection by which a server follows another one, as `SHOW ALL SLAVES STATUS` has it.

    Attributes:
        name: of the connection; most often empty.
        address, port, user: whom it follows, and as whom.
        server: the id of the server it follows; 0: it never met one.
        receiving: `Yes`, `Connecting`, `No`, … of the thread that receives; `applying` of the one that applies.
        error: number and text of what stopped either; empty: nothing.
        gtid: whether it follows by GTID.
        delay: seconds that applying is held back by configuration.
        tls: whether the connection was told to be encrypted.
        filters: what is left out on its way, such as `Replicate_Do_DB app`.
    """

    name: str
    address: str
    port: int
    user: str
    server: int
    receiving: str
    applying: str
    error: str = ""
    gtid: bool = True
    delay: float = 0
    tls: bool = False
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MariaServer:
    """One MariaDB server's own words.

    Attributes:
        version: such as `10.11.6`.
        server: its id.
        now: its clock.
        written: the last transaction of each domain in its own log; None: it has no log.
        applied: the last one that replication applied.
        origins: domain and server id of every transaction that its log knows of.
        feeds: whom it follows.
        followers: ids of the servers that follow it now.
        demanding: accounts that may replicate, each with whether it is let in by TLS alone; None: nobody told.
        settings: what must agree on both sides.
        size, free: bytes that tables take, and that the disk under them has left; None: nobody told.
    """

    version: str
    server: int
    read_only: bool
    now: float
    written: Position | None
    applied: Position
    origins: frozenset[tuple[int, int]] = frozenset()
    feeds: tuple[Feed, ...] = ()
    followers: frozenset[int] = frozenset()
    demanding: Mapping[str, bool] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    free: int | None = None
    beat: Beat | None = None

    def feed_from(self, source: MariaServer) -> Feed | None:
        """Return the connection by which it follows a server; of none by id, the only one that never met anybody."""
        mine = [feed for feed in self.feeds if feed.server == source.server]
        return next(iter(mine or [feed for feed in self.feeds if not feed.server]), None)

    def lacks(self, source: MariaServer) -> int:
        """Return how many transactions of a source's log were not applied here, by their numbers in each domain."""
        there = self.applied
        return sum(
            max(0, number - (there[domain][1] if domain in there else 0))
            for domain, (_, number) in (source.written or {}).items()
        )

    def strangers(self, source: MariaServer) -> tuple[str, ...]:
        """Return `domain-server` of transactions here that a source's log never had."""
        here = self.origins | {(domain, server) for domain, (server, _) in self.applied.items()}
        return tuple(f"{domain}-{server}" for domain, server in sorted(here - source.origins))


def show(position: Position | None) -> str:
    """Return a position as MariaDB writes it; `-` for none."""
    told = sorted((position or {}).items())
    return ",".join(f"{domain}-{server}-{number}" for domain, (server, number) in told) or "-"
