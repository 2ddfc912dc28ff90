"""A server of the DNS as a session: a line is a word with what it needs, and the answer what is there afterwards.

`look NAME ADDRESS` answers what the server says of the name, as JSON. `lead NAME ADDRESS TTL FROM` has it lead to the
address if it leads to that or to the other one; `keep NAME TTL ADDRESS…` changes the TTL alone; `key` reads the key.
Changes are signed (TSIG, RFC 8945), and an answer to one that is not signed by the same key is none. The key is read
when a change is made and never leaves this process.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.secret import secret
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.routes import NameSeen

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.tsig

_ALGORITHMS = frozenset({"hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"})
_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}")


class NameSession:
    """The `Session` port; each line is a question of its own, and nothing is kept open.

    Args:
        voice: names the server, the zone and the file of the key.
        folder: the programme's, in which that file is.
        seconds: what deadlines are measured by.
    """

    def __init__(self, voice: Voice, folder: Path | None, seconds: Callable[[], float]) -> None:
        self._voice = voice
        self._folder = folder
        self._seconds = seconds
        self._lines: deque[str] = deque()
        self._until = 0.0

    def send(self, text: str) -> None:
        """Send a line; it is begun once its answer is waited for."""
        self._lines.append(text)

    def receive(self, seconds: float) -> str:
        """Return the answer to the oldest line.

        Raises:
            MigrateError: `session.late`; `session.error` with what the server said or what is there instead.
            Refused: `route.key`: the file of the key.
        """
        import dns.exception

        word, *told = self._lines.popleft().split(" ")
        name, *told = told or [""]
        self._until = self._seconds() + seconds
        try:
            match word:
                case "key":
                    return str(self._key().name)
                case "look":
                    return json.dumps(asdict(self._look(name, told[0])))
                case "lead":
                    return self._lead(name, told[0], int(told[1]), told[2:])
                case "keep":
                    return self._keep(name, int(told[0]), told[1:])
        except dns.exception.Timeout:
            raise MigrateError("session.late", session=self._voice.name, seconds=f"{seconds:.1f}") from None
        except (OSError, EOFError, dns.exception.DNSException, ValueError) as error:
            raise self._wrong(f"{type(error).__name__}: {error}") from None
        raise AssertionError(f"no word of ours: {word}")

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        """Forget what was not asked yet."""
        self._lines.clear()

    def _look(self, name: str, address: str) -> NameSeen:
        """Return what the server says of both families of addresses."""
        kinds = ("AAAA", "A") if ip_address(address).version == 6 else ("A", "AAAA")
        own, other = (self._asked(name, kind) for kind in kinds)
        return NameSeen(
            server=self._voice.reach.address,
            addresses=own[0],
            others=other[0],
            ttl=own[1],
            alias=own[2],
            fault=own[3] or other[3],
        )

    def _asked(self, name: str, kind: str) -> tuple[tuple[str, ...], int, str, str]:
        """Return addresses, TTL, alias and fault; only who answers for the zone by himself knows anything."""
        import dns.flags
        import dns.message
        import dns.query
        import dns.rcode
        import dns.rdataclass
        import dns.rdatatype

        whole, wanted = _absolute(name), dns.rdatatype.from_text(kind)
        asked = dns.message.make_query(whole, wanted, flags=0)
        answer, _ = dns.query.udp_with_fallback(
            asked, self._voice.reach.address, port=self._voice.reach.port, timeout=self._left()
        )
        code = answer.rcode()
        if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return (), 0, "", dns.rcode.to_text(code)
        if not answer.flags & dns.flags.AA:
            return (), 0, "", "not authoritative"
        alias = answer.get_rrset(answer.answer, whole, dns.rdataclass.IN, dns.rdatatype.CNAME)
        found = answer.get_rrset(answer.answer, whole, dns.rdataclass.IN, wanted)
        told = tuple(sorted(record.to_text() for record in found)) if found else ()
        return told, found.ttl if found else 0, alias[0].to_text() if alias else "", ""

    def _lead(self, name: str, address: str, ttl: int, leaving: Sequence[str]) -> str:
        found = self._one(name, (address, *leaving))
        if found.addresses != (address,) or found.ttl != ttl:
            self._change(name, found.addresses[0], address, ttl)
            found = self._one(name, (address,))
        return f"{found.addresses[0]} {found.ttl}"

    def _keep(self, name: str, ttl: int, addresses: Sequence[str]) -> str:
        """Change it also where it is so already: that shows whether the key may change it at all."""
        before = self._one(name, addresses).addresses[0]
        self._change(name, before, before, ttl)
        found = self._one(name, (before,))
        return f"{before} {found.ttl}"

    def _one(self, name: str, expected: Sequence[str]) -> NameSeen:
        """Return what the server has for the name, if it is one of these addresses and nothing else."""
        found = self._look(name, expected[0])
        if found.fault or found.alias or len(found.addresses) != 1 or found.addresses[0] not in expected:
            raise self._wrong(f"{name} {found.said}")
        return found

    def _change(self, name: str, before: str, address: str, ttl: int) -> None:
        import dns.query
        import dns.rcode
        import dns.update

        whole, kind = _absolute(name), "AAAA" if ip_address(address).version == 6 else "A"
        change = dns.update.UpdateMessage(_absolute(self._voice.role))
        change.use_tsig(self._key())
        change.present(whole, kind, before)
        change.delete(whole, kind)
        change.add(whole, ttl, kind, address)
        answer = dns.query.tcp(change, self._voice.reach.address, port=self._voice.reach.port, timeout=self._left())
        if answer.rcode() != dns.rcode.NOERROR:
            raise self._wrong(dns.rcode.to_text(answer.rcode()))
        if not answer.had_tsig:
            raise self._wrong("the answer is not signed")

    def _key(self) -> dns.tsig.Key:
        if self._folder is None:
            raise AssertionError("nobody said where keys lie")
        return read_key(self._folder / self._voice.account)

    def _left(self) -> float:
        return max(0.001, self._until - self._seconds())

    def _wrong(self, said: str) -> MigrateError:
        plainly = "".join(letter if letter.isprintable() else "?" for letter in said)
        return MigrateError("session.error", session=self._voice.name, said=plainly[:300])


def read_key(path: Path) -> dns.tsig.Key:
    """Return the key in a file that only its owner may read, as `nsupdate -y` takes it: `ALGORITHM:NAME:SECRET`.

    Raises:
        Refused: `route.key`: it cannot be read, others can read it, or it is no such key.
    """
    import dns.exception
    import dns.tsig

    from orchestrator.errors import Refused

    algorithm, name, shared = ("", "", "")
    words = secret(path, "route.key").split(":")
    if len(words) == len((algorithm, name, shared)):
        algorithm, name, shared = words
    try:
        if algorithm in _ALGORITHMS and _NAME.fullmatch(name) and b64decode(shared, validate=True):
            return dns.tsig.Key(_absolute(name), b64decode(shared), algorithm)
    except (binascii.Error, ValueError, dns.exception.DNSException):
        pass
    raise Refused("route.key", path=str(path), reason="ALGORITHM:NAME:SECRET")


def _absolute(name: str) -> dns.name.Name:
    import dns.name

    return dns.name.from_text(name, dns.name.root)
