"""What a workload answers on, and what its answer is worth; pure: bytes in, verdicts out."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.system import Opening, Workload

if TYPE_CHECKING:
    from orchestrator.model.plan import GuestSpec

SSH_PORT = 22

# Port of a workload whose list row declares no opening.
DEFAULT_PORTS: Mapping[Workload, int] = {Workload.NGINX: 80, Workload.POSTGRESQL: 5432, Workload.MARIADB: 3306}

_SCHEMES: Mapping[Workload, str] = {
    Workload.NGINX: "http",
    Workload.POSTGRESQL: "postgresql",
    Workload.MARIADB: "mysql",
}
_SILENT_PORT = DEFAULT_PORTS[Workload.NGINX]  # goes without saying after http://

# What is sent to a workload to make it speak; MariaDB speaks first. PostgreSQL: length 8, SSLRequest code. A web server
# is asked for the page of ours: the others are the site's.
QUESTIONS: Mapping[Workload, bytes] = {
    Workload.NGINX: b"GET /.well-known/migrate HTTP/1.0\r\nHost: guest\r\n\r\n",
    Workload.POSTGRESQL: (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big"),
    Workload.MARIADB: b"",
}


def ports(guest: GuestSpec) -> tuple[int, ...]:
    """Return the TCP ports the workload listens on: the first of each declared opening, SSH aside.

    Empty for a bare server.
    """
    return _ports(guest.workload, guest.openings)


def links(workload: Workload, openings: Iterable[Opening], address: str) -> tuple[str, ...]:
    """Return the URLs by which a workload answers at an address, one for each port; none of a bare server."""
    host = f"[{address}]" if ":" in address else address
    return tuple(
        f"{_SCHEMES[workload]}://{host}{'' if port == _SILENT_PORT else f':{port}'}/"
        for port in _ports(workload, openings)
    )


def _ports(workload: Workload, openings: Iterable[Opening]) -> tuple[int, ...]:
    if workload not in DEFAULT_PORTS:
        return ()
    declared = dict.fromkeys(port for port in map(_first_tcp, openings) if port not in {None, SSH_PORT})
    return tuple(port for port in declared if port) or (DEFAULT_PORTS[workload],)


def _first_tcp(opening: Opening) -> int | None:
    return opening.first if opening.protocol == "tcp" else None


def undeclared(openings: Iterable[Opening], candidates: Iterable[int]) -> int | None:
    """Return the first candidate TCP port that no opening covers, or None."""
    spans = [(opening.first, opening.last) for opening in openings if opening.protocol == "tcp"]
    return next((port for port in candidates if not any(low <= port <= high for low, high in spans)), None)


def check_answer(guest: GuestSpec, port: int, answer: bytes | None, facts: Mapping[str, str]) -> CheckResult:
    """Judge what came back from a workload's port; `None` means that nothing could be asked."""
    values = {"port": str(port), "workload": guest.workload.value}
    if answer is None:
        return CheckResult(code="guest.answer", status=CheckStatus.UNKNOWN, subject=guest.server, values=values)
    good = _JUDGES[guest.workload](answer, guest, facts)
    status = CheckStatus.PASS if good else CheckStatus.FAIL
    return CheckResult(code="guest.answer", status=status, subject=guest.server, values=values)


def _nginx(answer: bytes, guest: GuestSpec, facts: Mapping[str, str]) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n", 1)[0].split(b" ")
    text = html.unescape(body.decode("utf-8", "replace"))
    wanted = (guest.server, facts.get("id", ""))
    return status[0].startswith(b"HTTP/1.") and status[1:2] == [b"200"] and all(name in text for name in wanted)


def _postgresql(answer: bytes, _guest: GuestSpec, _facts: Mapping[str, str]) -> bool:
    # The server's whole answer to SSLRequest is one byte: S (will speak TLS) or N (will not).
    # https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-SSL
    return answer in {b"S", b"N"}


def _mariadb(answer: bytes, _guest: GuestSpec, _facts: Mapping[str, str]) -> bool:
    # Packet: 3 bytes length, sequence 0, protocol version 10, server version, NUL. An error packet (0xff),
    # such as "host is blocked", is no greeting. https://mariadb.com/kb/en/connection/#initial-handshake-packet
    return len(answer) > 6 and answer[3] == 0 and answer[4] == 10 and b"\0" in answer[5:]


_JUDGES: Mapping[Workload, Callable[[bytes, GuestSpec, Mapping[str, str]], bool]] = {
    Workload.NGINX: _nginx,
    Workload.POSTGRESQL: _postgresql,
    Workload.MARIADB: _mariadb,
}
