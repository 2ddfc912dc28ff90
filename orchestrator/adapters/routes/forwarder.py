"""The old address as a route: its machine passes clients on to the target for as long as that is open.

By its kernel (nftables), and by no program: the old service goes on holding its ports, both sides can still be
compared, nothing is installed on an old machine, and the way back is one transaction. Whoever comes is written down
there, until nobody has come for as long as the programme says. The target sees the old machine's address instead of its
clients'.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, ip_address
from pathlib import Path

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.dropping import Removal
from orchestrator.model.frozen import Voice
from orchestrator.model.life import Side
from orchestrator.model.routes import Forwarder, Forwarding
from orchestrator.ports.move import Sessions

SECONDS = 30.0
_FOLDER = "/var/lib/migrate"


def voice(forwarder: Forwarder, name: str = "old-address") -> Voice:
    """Return a shell of the account that may change what the kernel passes on."""
    return Voice(name=name, reach=forwarder.reach, account=forwarder.account, program="sh", ours=False)


def said(forwarder: Forwarder, *words: str) -> str:
    """Return the text that has the machine do something."""
    return f"sh {_home(forwarder)}/forward {shlex.join(words)} </dev/null"


def turned(*, back: bool) -> str:
    """Return how the machine stands once a switch is over; see `forward.sh`."""
    return "back" if back else "on"


def ensure_installed(forwarder: Forwarder, sessions: Sessions) -> None:
    """Put our program there and see to it that it is begun after a restart; nobody is passed on yet.

    Raises:
        MigrateError: `session.error` with what the machine said.
    """
    session, folder = sessions.open(voice(forwarder), seconds=SECONDS), _home(forwarder)
    session.ask(f"mkdir -p -m 700 {_FOLDER} {folder}", SECONDS)
    text = shlex.quote(program(forwarder))
    session.ask(f"printf %s {text} >{folder}/forward.new && mv -f {folder}/forward.new {folder}/forward", SECONDS)
    session.ask(said(forwarder, "install"), SECONDS)


def observed(forwarder: Forwarder, sessions: Sessions) -> dict[str, object]:
    """Return what preflight judges of the machine; empty where it cannot be asked."""
    try:
        answer = sessions.open(voice(forwarder), seconds=SECONDS).ask(
            "(PATH=$PATH:/usr/sbin:/sbin; nft list tables >/dev/null 2>&1 && echo yes || echo no;"
            " if [ -d /run/systemd/system ]; then echo systemd; elif [ -d /etc/cron.d ]; then echo cron;"
            " else echo -; fi;"
            f" ip -4 -o addr show 2>/dev/null | grep -cwF {shlex.quote(forwarder.address)}; cat {_SWITCH}) </dev/null",
            SECONDS,
        )
        nft, begins, addresses, router = answer.split()
    except (MigrateError, ValueError):
        return {}
    return {"nft": nft == "yes", "begins": begins, "has_address": addresses != "0", "router": router == "1"}


def seen(forwarder: Forwarder, sessions: Sessions) -> Forwarding:
    """Return how the machine stands and who came to it; nothing is known where it cannot be asked."""
    try:
        session = sessions.open(voice(forwarder), seconds=SECONDS)
        state = session.ask(said(forwarder, "shown"), SECONDS)
        if state != "on":
            return Forwarding(state=plain(state, 80))
        since, *clients = session.ask(said(forwarder, "seen"), SECONDS).split()
        return Forwarding(state=state, since=int(since), clients=tuple(str(IPv4Address(each)) for each in clients))
    except MigrateError as error:
        return Forwarding(fault=plain(str(error.values.get("said", error.code)), 120))
    except ValueError:
        return Forwarding(fault="?")


@contextmanager
def let_through(forwarder: Forwarder | None, sessions: Sessions) -> Iterator[None]:
    """Let this machine through to what still lies at the old address, so that both sides can be compared.

    By itself it ends after a quarter of an hour.
    """
    if forwarder is None:
        yield
        return
    session = sessions.open(voice(forwarder), seconds=SECONDS)
    if session.ask(said(forwarder, "shown"), SECONDS) != "on":
        yield
        return
    # As whom the machine knows us is told by the login itself, which `sudo` does not pass on.
    login = Voice(name="login", reach=forwarder.reach, account=forwarder.reach.user, program="sh", ours=False)
    ours = str(ip_address(sessions.open(login, seconds=SECONDS).ask("echo ${SSH_CONNECTION%% *}", SECONDS)))
    session.ask(said(forwarder, "direct", ours), SECONDS)
    try:
        yield
    finally:
        session.ask(said(forwarder, "indirect", ours), SECONDS)


def removal(forwarder: Forwarder) -> Removal:
    """Return what takes everything of ours away from the machine."""
    home = _home(forwarder)
    return Removal(
        name="forwarder",
        side=Side.SOURCE,
        subject=forwarder.address,
        voice=voice(forwarder),
        text=f"[ ! -e {home}/forward ] || {said(forwarder, 'remove')}",
    )


_SWITCH = "/proc/sys/net/ipv4/ip_forward"


def _home(forwarder: Forwarder) -> str:
    """Return our folder; a slug has no letter that a shell minds."""
    return f"{_FOLDER}/forward-{forwarder.slug}"


def program(forwarder: Forwarder) -> str:
    """Return our program as it is put there, with what it is told.

    Raises:
        ValueError: an address is none of IPv4; preflight has refused it before.
    """
    told = {
        "home": _home(forwarder),
        "table": f"migrate_{forwarder.slug.replace('-', '_')}",
        "unit": f"migrate-forward-{forwarder.slug}",
        "address": str(IPv4Address(forwarder.address)),
        "target": str(IPv4Address(forwarder.target)),
        "ports": f"{{ {', '.join(str(port) for port in forwarder.ports)} }}",
        "quiet": str(int(forwarder.quiet.total_seconds())),
    }
    begin = "".join(f"{word}={shlex.quote(value)}\n" for word, value in told.items())
    return begin + Path(__file__).with_name("forward.sh").read_text(encoding="utf-8")
