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

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Undo, Voice
from orchestrator.model.machines import OPEN_ADDRESS, Proxy
from orchestrator.ports.move import Sessions

VOICE = "proxy"
_SECONDS = 30.0
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


def hold(proxy: Proxy, *, target: bool) -> str:
    """Return the text after which a new client of a side waits, as long as the plug is there."""
    return _limited(proxy, 1, target=target)


def resume(proxy: Proxy, *, target: bool) -> Undo:
    """Return the text that lets as many clients to a side as its configuration does."""
    return Undo(name="resume", voice=VOICE, text=_limited(proxy, proxy.maxconn, target=target))


def route(proxy: Proxy, *, target: bool) -> str:
    """Return the text that points the route at a side."""
    here, there = _ends(proxy, target=target)
    backend = _name(proxy.backend)
    return _done(
        proxy,
        f"set server {backend}/{_name(here)} state ready; set server {backend}/{_name(there)} state maint",
    )


def shown(proxy: Proxy) -> str:
    """Return the text that answers which of the two sides is in maintenance; see `wanted`."""
    listed = _said(proxy, f"show servers state {_name(proxy.backend)}")
    return f"{listed} | awk 'NF > 6 && $1 ~ /^[0-9]+$/ {{ print $4 \"=\" ($7 % 2) }}'"


def wanted(proxy: Proxy, *, target: bool) -> tuple[str, ...]:
    """Return what that answer holds when the route leads to a side."""
    here, there = _ends(proxy, target=target)
    return f"{_name(here)}=0", f"{_name(there)}=1"


def observed(proxy: Proxy, address: str, port: int, sessions: Sessions) -> dict[str, object]:
    """Return what preflight judges of a route: where its target is and shall be, and whether it leads to the source.

    Raises:
        MigrateError: `session.…`: it cannot be asked.
    """
    shell = sessions.open(voice(proxy), seconds=_SECONDS)
    said = shell.ask(shown(proxy), _SECONDS)
    return {
        "proxy_maxconn": shell.ask(limits(proxy), _SECONDS).split(),
        "proxy_target": shell.ask(_target_address(proxy), _SECONDS),
        "proxy_wanted": f"{address} {port}",
        "proxy_route": all(word in said for word in wanted(proxy, target=False)),
    }


def ensure_aimed(proxy: Proxy, address: str, port: int, sessions: Sessions) -> None:
    """Tell the proxy where the target is, if its configuration leaves that open; a reload has it forget.

    Raises:
        MigrateError: `move.proxy-address`: it has another one all the same.
    """
    shell = sessions.open(voice(proxy), seconds=_SECONDS)
    if not shell.ask(_target_address(proxy), _SECONDS).startswith(f"{OPEN_ADDRESS} "):
        return
    said = shell.ask(_aimed(proxy, address, port), _SECONDS)
    found, meant = shell.ask(_target_address(proxy), _SECONDS), f"{address} {port}"
    if found != meant:
        raise MigrateError("move.proxy-address", wanted=meant, found=found or "-", said=plain(said) or "-")


def _target_address(proxy: Proxy) -> str:
    """Return the text that answers the target's address and port, as the proxy has them."""
    listed = _said(proxy, f"show servers state {_name(proxy.backend)}")
    return f"{listed} | awk '$4 == \"{_name(proxy.target)}\" {{ print $5, $19 }}'"


def _aimed(proxy: Proxy, address: str, port: int) -> str:
    """Return the text that gives the proxy the target's address; what it answers tells what it had."""
    told = str(ip_address(address))  # nothing else may stand in a command that knows no quotes
    return _said(proxy, f"set server {_name(proxy.backend)}/{_name(proxy.target)} addr {told} port {port}")


def limits(proxy: Proxy) -> str:
    """Return the text that answers, a line each, how many connections the two sides may have."""
    listed = _said(proxy, f"show stat {_name(proxy.backend)} 4 -1")
    either = f'$2 == "{_name(proxy.source)}" || $2 == "{_name(proxy.target)}"'
    return f"{listed} | awk -F, '{either} {{ print $7 }}'"


def _limited(proxy: Proxy, connections: int, *, target: bool) -> str:
    here, _ = _ends(proxy, target=target)
    return _done(proxy, f"set maxconn server {_name(proxy.backend)}/{_name(here)} {connections}")


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


def _ends(proxy: Proxy, *, target: bool) -> tuple[str, str]:
    return (proxy.target, proxy.source) if target else (proxy.source, proxy.target)
