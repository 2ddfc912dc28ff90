"""Lets one machine into another by a key of its own, for what one program there answers.

The key is made on the machine that comes and never leaves it. On the other one it opens one door: what the program
`door` in our folder there answers, from the one address; there is no shell behind it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.ports.move import Session, Sessions

_SECONDS = 30.0
# Asked where nobody can stand in between: of itself, by the very address and port that we came in by.
_HOST_KEYS = (
    "{ set -- $SSH_CONNECTION; ssh-keyscan -T 5 -p $4 $3 2>/dev/null || { set +f; cat /etc/ssh/ssh_host_*_key.pub; }; }"
    " | sed -n 's/^\\(\\S* \\)\\{0,1\\}\\(\\(ssh\\|ecdsa\\)-[a-z0-9-]*\\) \\([A-Za-z0-9+/=]*\\).*/other \\2 \\4/p'"
)
_PUBLIC = re.compile(r"ssh-(ed25519|rsa) [A-Za-z0-9+/]{1,2000}={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From one machine to another.

    Attributes:
        name: of the key; no letter of it minds a shell or a pattern.
        folder: ours on the machine that comes.
        door: the program on the other one.
        server: what people are told the other machine is called.
        address: where the other machine's sshd is reached from the one that comes.
        reach: how we reach that machine; the account logs in there.
        account: the operating system's user that `door` runs as.
        comes_from: the address that the key is good from.
    """

    system: str
    name: str
    folder: str
    door: str
    server: str
    address: str
    reach: Reach
    account: str
    comes_from: str


def login(way: Way) -> Voice:
    """Return a shell of the account that is logged in to, whose keys let people in."""
    return Voice(name=f"{way.server} login", reach=way.reach, account=way.reach.user, program="sh", ours=False)


def written(folder: str, name: str, text: str) -> str:
    """Return text that writes a file of ours whole or not at all."""
    place = f"{folder}/{name}"
    return f"printf %s {shlex.quote(text)} >{place}.new && mv -f {place}.new {place}"


def line(way: Way) -> str:
    """Return the program by which the other machine is reached, over a line that is kept open where there is one."""
    told = {
        "BatchMode": "yes", "IdentitiesOnly": "yes", "PreferredAuthentications": "publickey",
        "StrictHostKeyChecking": "yes", "UserKnownHostsFile": f"{way.folder}/known_hosts",
        "GlobalKnownHostsFile": "none", "HostKeyAlias": "other", "HostName": way.address, "Port": str(way.reach.port),
        "ConnectTimeout": "20", "ServerAliveInterval": "5", "ServerAliveCountMax": "3", "LogLevel": "ERROR",
        "ControlPath": f"{way.folder}/line.at", **dict(way.reach.algorithms),
    }  # fmt: skip
    options = [word for name, value in told.items() for word in ("-o", f"{name}={value}")]
    words = ["ssh", "-F", "none", "-T", "-a", "-x", "-i", f"{way.folder}/key", "-l", way.reach.user, *options]
    return f'exec {shlex.join(words)} "$@"\n'


def ensure_let_in(way: Way, sessions: Sessions, comes: Session) -> None:
    """Make the key, let it in, and see that it is.

    Args:
        way: from which machine to which.
        sessions: to the one that is come to.
        comes: a session of the one that comes.

    Raises:
        MigrateError: `move.files-line`: the key does not open; `move.files-answer`: what is called a key is none.
    """
    folder = way.folder
    # What an old sshd takes is RSA.
    kind = "-t rsa -b 3072" if way.reach.algorithms else "-t ed25519"
    public = comes.ask(
        f"[ -e {folder}/key.pub ] || ssh-keygen -q {kind} -N '' -C '' -f {folder}/key </dev/null;"
        f" cut -d ' ' -f 1,2 {folder}/key.pub",
        _SECONDS,
    )
    if not _PUBLIC.fullmatch(public):
        # What that machine says goes into a file that lets people into the other one.
        raise MigrateError("move.files-answer", said=plain(public, 60))
    let_in = sessions.open(login(way), seconds=_SECONDS)
    keys = let_in.ask(f"({_HOST_KEYS})", _SECONDS)
    comes.ask(written(folder, "known_hosts", f"{keys}\n"), _SECONDS)
    comes.ask(written(folder, "line", line(way)), _SECONDS)
    let_in.ask(_authorized(way, public), _SECONDS)
    said = ""
    try:
        comes.ask(f"sh {folder}/line other hello </dev/null", _SECONDS)
    except MigrateError as error:
        said = str(error.values.get("said", error.code))
    if said:
        raise MigrateError("move.files-line", system=way.system, address=way.address, said=said)


def shut_out(way: Way) -> str:
    """Return text that shuts that door."""
    return (
        "(cd ~/.ssh 2>/dev/null || exit 0; [ -e authorized_keys ] || exit 0;"
        f" cp -p authorized_keys authorized_keys.new && {{ grep -v ' {way.name}$' authorized_keys || :; }}"
        " >authorized_keys.new && mv -f authorized_keys.new authorized_keys)"
    )


def key_line(way: Way, public: str) -> str:
    """Return the line of `authorized_keys`; its options are those of any age of OpenSSH."""
    words = f'sh {way.door} "$SSH_ORIGINAL_COMMAND"'
    command = (words if way.reach.user == way.account else f"sudo -n -u {way.account} -- {words}").replace('"', '\\"')
    closed = "no-pty,no-port-forwarding,no-agent-forwarding,no-X11-forwarding"
    return f'{closed},from="{way.comes_from}",command="{command}" {public} {way.name}'


def _authorized(way: Way, public: str) -> str:
    # The file is replaced, never written into: a line half written would shut everybody out.
    return (
        "(cd ~ && mkdir -p -m 700 .ssh && cd .ssh && touch authorized_keys && cp -p authorized_keys authorized_keys.new"
        f" && {{ grep -v ' {way.name}$' authorized_keys; printf '%s\\n' {shlex.quote(key_line(way, public))}; }}"
        " >authorized_keys.new && mv -f authorized_keys.new authorized_keys)"
    )
