"""Looks from a caller's machine at what it must call: one POSIX sh text over a session; nothing is changed there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.callers import Answered, CallerHost, Seen
from orchestrator.model.frozen import Voice
from orchestrator.model.system import Endpoint
from orchestrator.ports.move import Sessions

# Seconds: for a login, and for all that is asked then; what is asked of a network has less.
_LOGIN, _ANSWER, _CONNECT = 30.0, 40.0, 5
# The kernel's own table of connections is read several times: who still calls the closed side is sent away at once,
# and is seen only while it tries. A listening socket, and what both ends have closed, is no connection.
_LOOKS = 10
_CLOSED = frozenset({"06", "07", "0A"})

# `bash` knows how to connect; where there is none, whatever else there is that does.
_TEXT = r"""
LC_ALL=C; export LC_ALL
ask() {{ e=$("$@" 2>&1 </dev/null); c=$?; }}
if command -v bash >/dev/null && command -v timeout >/dev/null; then
  ask timeout {connect} bash -c 'exec 3<>"/dev/tcp/$0/$1"' {host} {port}
  case $e in *No\ such\ file\ or\ directory*) c=127 ;; esac
elif command -v nc >/dev/null; then
  ask nc -z -w {connect} {host} {port}
else
  c=127; e='no bash, timeout or nc'
fi
printf 'tcp=%s %s\n' "$c" "$(printf %s "$e" | tail -n 1)"
{http}
printf 'order=%s\n' "$(printf '\001\000' | od -An -tu2 | tr -d ' ')"
n=0
while [ $n -lt {looks} ]; do
  for t in /proc/net/tcp /proc/net/tcp6; do
    if [ -r $t ]; then printf 'table=%s\n' $t; cat $t; fi
  done
  n=$((n + 1)); sleep 0.2 2>/dev/null || sleep 1
done
:
"""
_HTTP = r"""
if command -v curl >/dev/null; then
  ask curl -q --noproxy '*' -gsS -o /dev/null --max-time {wait} -w 'status=%{{http_code}}\n' -- {url}
  printf 'http=%s %s\n' "$c" "$(printf %s "$e" | tail -n 1)"
else
  printf 'http=127 no curl\n'
fi
"""


class ShellCallerProbe:
    """Looks from callers' machines through sessions."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def look(self, host: CallerHost, must: Endpoint | None) -> Seen:
        """Return what a machine shows; one that does not let us in shows nothing, and says why."""
        voice = Voice(name=host.name, reach=host.reach, account=host.reach.user, program="sh")
        try:
            session = self._sessions.open(voice, seconds=_LOGIN)
            try:
                answer = session.ask(_text(must), _ANSWER)
            finally:
                session.close()
        except MigrateError as error:
            said = str(error.values.get("said") or error.code)
            return Seen(host=host.name, connected=Answered.UNASKED, said=plain(said))
        return read_answer(host.name, answer)


def _text(must: Endpoint | None) -> str:
    if must is None:  # only what it holds is asked for: nothing listens at that address
        return _TEXT.format(connect=_CONNECT, host="127.0.0.1", port="0", http="", looks=_LOOKS)
    shown = f"[{must.host}]" if ":" in must.host else must.host
    url = f"{must.scheme}://{shown}:{must.port}{must.path or '/'}"
    http = "" if must.scheme == "tcp" else _HTTP.format(wait=2 * _CONNECT, url=shlex.quote(url))
    return _TEXT.format(connect=_CONNECT, host=shlex.quote(must.host), port=must.port, http=http, looks=_LOOKS)


def read_answer(host: str, answer: str) -> Seen:
    """Return what a machine's answer says; what it leaves out, or says in another form, is unknown."""
    connected, said, status, tables = Answered.UNASKED, "", 0, 0
    held: set[tuple[str, int]] = set()
    little = "\norder=1\n" in f"\n{answer}\n"
    for line in answer.splitlines():
        name, _, rest = line.partition("=")
        if name == "tcp":
            code, _, said = rest.partition(" ")
            unasked = code in {"126", "127"} or not (code.isascii() and code.isdigit())
            connected = Answered.UNASKED if unasked else Answered.YES if code == "0" else Answered.NO
            said = said or ("timed out" if code == "124" else "")
        elif name == "http":
            code, _, words = rest.partition(" ")
            # A certificate that is not believed ends it as an address does that nobody answers at.
            number = words.rpartition("status=")[2]
            status = int(number) if code == "0" and number.isascii() and number.isdigit() else 0
            said = said if status else words
            if code not in {"0", "126", "127"}:
                connected = Answered.NO
        elif name == "table":
            tables += 1
        else:
            held.update(_ends(line))
    known = little and tables >= _LOOKS
    return Seen(
        host=host, connected=connected, said=plain(said), status=status, held=frozenset(held) if known else None
    )


def _ends(line: str) -> Iterator[tuple[str, int]]:
    """Yield the other end of a connection in the kernel's table: words of 4 bytes, the least first, in hexadecimal."""
    words = line.split()
    if len(words) < 4 or not words[0].endswith(":") or words[3] in _CLOSED:
        return
    address, _, port = words[2].partition(":")
    try:
        raw = bytes.fromhex(address)
        turned = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
        found = ip_address(turned)
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        yield str(found), int(port, 16)
    except ValueError:
        return
