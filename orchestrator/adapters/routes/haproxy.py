"""HAProxy as the route: its runtime socket holds new clients, names the side they go to, and lets them in.

A side that may have one connection, and has one of ours, leaves new clients to the proxy's queue, from where they go
to whichever side is named next. (HAProxy 2.6 was seen to die of a frontend's limit that was raised under waiting
clients; a server's is not that.) Nothing of its configuration is written: who reloads it finds clients at the side
that its file names, which is fenced. A target whose address nobody knew when that file was written stands in it with
the address `0.0.0.0`, and is told where the target is before each section.
"""

from __future__ import annotations

import re
import shlex
from ipaddress import ip_address

from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Undo, Voice
from orchestrator.model.machines import DatabaseServer, Proxy
from orchestrator.model.move import MariaMove

VOICE = "proxy"
_NAME = re.compile(r"[A-Za-z0-9_.:-]+")  # HAProxy's own letters; its commands know no quotes


def voice(proxy: Proxy) -> Voice:
    """Return the shell that speaks to the runtime socket."""
    return Voice(name=VOICE, reach=proxy.reach, account=proxy.account, program="sh")


def plug(proxy: Proxy, seconds: int) -> str:
    """Return the text that takes a place at the side that is routed to, for so long; it logs in nowhere.

    The server's greeting tells that it is taken.
    """
    address = f"[{proxy.reach.address}]" if ":" in proxy.reach.address else proxy.reach.address
    connect = shlex.quote(f"TCP:{address}:{proxy.port}")
    return (
        f'd=$(mktemp) && {{ {{ timeout {seconds} socat -u {connect} - | {{ head -c 1 > "$d"; cat; }}; }}'
        ' > /dev/null 2>&1 & i=0; while [ ! -s "$d" ] && [ $i -lt 100 ]; do sleep 0.02; i=$((i + 1)); done;'
        ' [ -s "$d" ]; r=$?; rm -f "$d"; [ $r = 0 ]; }'
    )


def hold(move: MariaMove, side: DatabaseServer) -> str:
    """Return the text after which a new client of a side waits, as long as the plug is there."""
    return _limited(move, side, 1)


def resume(move: MariaMove, side: DatabaseServer) -> Undo:
    """Return the text that lets as many clients to a side as its configuration does."""
    return Undo(name="resume", voice=VOICE, text=_limited(move, side, move.proxy.maxconn))


def route(move: MariaMove, side: DatabaseServer) -> str:
    """Return the text that points the route at a side."""
    here, there = _ends(move, side)
    backend = _name(move.proxy.backend)
    return _done(
        move.proxy,
        f"set server {backend}/{_name(here)} state ready; set server {backend}/{_name(there)} state maint",
    )


def shown(move: MariaMove) -> str:
    """Return the text that answers which of the two sides is in maintenance; see `wanted`."""
    listed = _said(move.proxy, f"show servers state {_name(move.proxy.backend)}")
    return f"{listed} | awk 'NF > 6 && $1 ~ /^[0-9]+$/ {{ print $4 \"=\" ($7 % 2) }}'"


def wanted(move: MariaMove, side: DatabaseServer) -> tuple[str, ...]:
    """Return what that answer holds when the route leads to a side."""
    here, there = _ends(move, side)
    return f"{_name(here)}=0", f"{_name(there)}=1"


def target_address(proxy: Proxy) -> str:
    """Return the text that answers the target's address and port, as the proxy has them; see `wanted_address`."""
    listed = _said(proxy, f"show servers state {_name(proxy.backend)}")
    return f"{listed} | awk '$4 == \"{_name(proxy.target)}\" {{ print $5, $19 }}'"


def wanted_address(move: MariaMove) -> str:
    """Return what that answer is when the proxy would lead to the target."""
    return f"{move.target.address} {move.target.data_port}"


def aimed(move: MariaMove) -> str:
    """Return the text that gives the proxy the target's address; what it answers tells what it had."""
    address = str(ip_address(move.target.address))  # nothing else may stand in a command that knows no quotes
    server = f"{_name(move.proxy.backend)}/{_name(move.proxy.target)}"
    return _said(move.proxy, f"set server {server} addr {address} port {move.target.data_port}")


def limits(proxy: Proxy) -> str:
    """Return the text that answers, a line each, how many connections the two sides may have."""
    listed = _said(proxy, f"show stat {_name(proxy.backend)} 4 -1")
    either = f'$2 == "{_name(proxy.source)}" || $2 == "{_name(proxy.target)}"'
    return f"{listed} | awk -F, '{either} {{ print $7 }}'"


def _limited(move: MariaMove, side: DatabaseServer, connections: int) -> str:
    here, _ = _ends(move, side)
    return _done(move.proxy, f"set maxconn server {_name(move.proxy.backend)}/{_name(here)} {connections}")


def _done(proxy: Proxy, command: str) -> str:
    # What is done is answered by empty lines; anything else says why it is not.
    return f'said=$({_said(proxy, command)}) && [ -z "$said" ] || {{ echo "$said"; false; }}'


def _said(proxy: Proxy, command: str) -> str:
    return f"printf '%s\\n' {shlex.quote(command)} | socat -t 5 - UNIX-CONNECT:{_socket(proxy)}"


def _socket(proxy: Proxy) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9_./-]+", proxy.socket):  # socat has separators of its own
        raise MigrateError("move.proxy-name", name=proxy.socket)
    return proxy.socket


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise MigrateError("move.proxy-name", name=name)
    return name


def _ends(move: MariaMove, side: DatabaseServer) -> tuple[str, str]:
    proxy = move.proxy
    return (proxy.source, proxy.target) if side == move.source else (proxy.target, proxy.source)
