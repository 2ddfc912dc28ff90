"""How OpenSSH's own client is called: the one that still reaches an sshd of any age, algorithm by algorithm."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from orchestrator.errors import MigrateError
from orchestrator.model.machines import Reach

# What a machine of the list may widen; everything else stays as it is for all.
_WIDENED = frozenset({"KexAlgorithms", "HostKeyAlgorithms", "PubkeyAcceptedAlgorithms", "Ciphers", "MACs"})

# Seconds for the machine's first words, the most that anybody waits for a session; whoever asks has a deadline of his
# own, and less than this would turn a machine that is slow into one that is gone.
_CONNECT = 30

# Agreed on first where an answer is worth nothing to whoever reads it in twenty years: of a login's 0.14 CPU seconds
# here, the key exchange that also withstands a quantum computer takes 0.11. A machine that has none of these is reached
# by what it has.
QUICK_EXCHANGE = "^curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256"

# One pipe for answers and errors: over two, an error may come after the answer it belongs to. The login shell may be
# any; the folder it starts in may be closed to the account.
_MERGED = 'cd / && exec "$@" 2>&1'


class OpenSsh:
    """Builds command lines; starts nothing.

    Args:
        identities: our private keys; the first that a machine knows is used.
        known_hosts: the pinned host keys; a machine with any other key is refused.
        prefix: what stands before `ssh`, such as `ip netns exec NAME`.
        quick: whether many machines are only asked how they are, and nothing that is secret for long is answered.
    """

    def __init__(
        self, identities: Sequence[Path], known_hosts: Path, prefix: Sequence[str] = (), *, quick: bool = False
    ) -> None:
        self.identities = tuple(identities)
        self.known_hosts = known_hosts
        self.prefix = tuple(prefix)
        self._quick = quick

    def command(self, reach: Reach, account: str, words: Sequence[str]) -> list[str]:
        """Return the command line that runs `words` on the machine as `account`.

        Raises:
            MigrateError: `session.option`: an option that is not about algorithms.
        """
        options = []
        for name, value in reach.algorithms:
            if name not in _WIDENED:
                raise MigrateError("session.option", option=name, machine=reach.address)
            options += ["-o", f"{name}={value}"]
        if reach.known_as:
            options += ["-o", f"HostKeyAlias={reach.known_as}"]
        if self._quick and "KexAlgorithms" not in dict(reach.algorithms):
            options += ["-o", f"KexAlgorithms={QUICK_EXCHANGE}"]
        return [
            *self.prefix,
            *("ssh", "-F", "none", "-T", "-a", "-x", "-p", str(reach.port)),
            *(word for identity in self.identities for word in ("-i", str(identity))),
            *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "PreferredAuthentications=publickey"),
            *("-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={self.known_hosts}"),
            *("-o", "GlobalKnownHostsFile=none", "-o", "LogLevel=ERROR", "-o", f"ConnectTimeout={_CONNECT}"),
            *("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "IPQoS=lowdelay"),
            *options,
            *("-l", reach.user, "--", reach.address),
            shlex.join(["exec", "sh", "-c", _MERGED, "sh", *_as(reach.user, account, words)]),
        ]


def _as(user: str, account: str, words: Sequence[str]) -> list[str]:
    """Return words that run the command as `account` for a user who has logged in."""
    if user == account:
        return list(words)
    if user == "root":
        return ["su", account, "-s", "/bin/sh", "-c", "exec " + shlex.join(words)]
    return ["sudo", "-n", "-u", account, "--", *words]
