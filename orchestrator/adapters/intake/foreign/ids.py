"""Makes ids where an export has none: the same for the same input, never one that is there or means something else.

An id is the name where that is an id already. Otherwise it is what the name has of letters and digits with the
beginning of its SHA-256, so that a row that is added later changes no other row's id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from orchestrator.adapters.intake.fold import narrow
from orchestrator.adapters.intake.kinds import Bad, Identifier
from orchestrator.planning.specs import RESERVED, host_slug, slug

_LONGEST = 31
_LENGTHS = (6, 10, 16, 24)
_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")


def as_id(text: str) -> str:
    """Return a text as the id that it is, or ""."""
    try:
        found = Identifier().parse(text, "") or ""
    except Bad:
        return ""
    return "" if slug(found) in RESERVED else found


class Ids:
    """Gives ids that nobody has; upper and lower case are the same."""

    def __init__(self, present: Iterable[str], prefix: str) -> None:
        """Begin with the ids that are present; `prefix` is for names without a Latin letter."""
        self._taken = {one.casefold() for one in present}
        self._prefix = prefix

    def give(self, name: str, identity: Sequence[str], *, shared: bool) -> str:
        """Return an id for a name.

        Args:
            name: whose id it is.
            identity: what tells it from others of that name.
            shared: others have the name too, so that it alone would be of whoever comes first.
        """
        plain = as_id(name)
        if plain and not shared and self.free(plain):
            return self.take(plain)
        text = "\0".join((name, *identity))
        stem = _NO_LETTER.sub("-", narrow(name)).strip("-") or self._prefix
        number = 0
        while True:
            told = sha256(f"{text}\0{number}".encode("utf-8", "surrogatepass") if number else _bytes(text)).hexdigest()
            for length in _LENGTHS:
                made = f"{stem[: _LONGEST - length - 1].rstrip('-')}-{told[:length]}"
                if self.free(made) and as_id(made):
                    return self.take(made)
            number += 1

    def free(self, one: str) -> bool:
        """Tell whether nobody has an id."""
        return one.casefold() not in self._taken

    def take(self, one: str) -> str:
        """Note that somebody has an id now."""
        self._taken.add(one.casefold())
        return one


class ServerIds(Ids):
    """Ids of servers, of which together with their systems' no two give the same host name, and none a reserved one."""

    def __init__(self, present: Iterable[tuple[str, str]], prefix: str) -> None:
        """Begin with the (server, system) ids that are present."""
        pairs = tuple(present)
        super().__init__((server for server, _ in pairs), prefix)
        self._hosts = {_host(server, system) for server, system in pairs}
        self._system = ""

    def give_in(self, system: str, name: str, identity: Sequence[str], *, shared: bool) -> str:
        """Return an id as `give` does, for a server of a system."""
        self._system = system
        return self.give(name, identity, shared=shared)

    def free(self, one: str) -> bool:
        """Tell whether nobody has an id, nor the host name that it gives."""
        return (
            super().free(one)
            and host_slug(one, self._system) not in RESERVED
            and (_host(one, self._system) not in self._hosts)
        )

    def take(self, one: str) -> str:
        """Note that somebody has an id, and its host name."""
        self._hosts.add(_host(one, self._system))
        return super().take(one)


def _host(server: str, system: str) -> str:
    return f"{slug(system)}-{host_slug(server, system)}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
