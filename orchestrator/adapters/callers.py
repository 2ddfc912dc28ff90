"""Looks from a caller's machine at what it must call: one POSIX sh text over a session; nothing is changed there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.callers import Answer, Answered, CallerHost, CallerLook
from orchestrator.model.endpoint import Ask, Endpoint
from orchestrator.model.frozen import Voice
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

# As it stands on the wire, with its head, and no more of it than that: whatever it is, it comes as hexadecimal digits.
_ASK = r"""
if command -v curl >/dev/null && command -v od >/dev/null; then
  (
    exec 4>&1
    c=$({{ {{ curl -q --noproxy '*' -gsS -i --max-time {wait} -- {url} 2>/dev/null; printf %s $? >&3; }} |
      head -c {most} | {{ printf 'answer='; od -An -v -tx1 | tr -d ' \n'; echo; }} >&4; }} 3>&1)
    printf 'asked=%s\n' "$c"
  )
else
  printf 'asked=127\n'
fi
"""
_MOST = 64 * 1024  # bytes of an answer that are read
_HEAD = re.compile(rb"HTTP/[0-9.]{1,3} ([1-5][0-9][0-9])(?: [^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n)*\r?\n")


class ShellCallerProbe:
    """Looks from callers' machines through sessions."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def look(self, host: CallerHost, must: Endpoint | None, ask: Ask | None = None) -> CallerLook:
        """Return what a machine shows; one that does not let us in shows nothing, and says why."""
        voice = Voice(name=host.name, reach=host.reach, account=host.reach.user, program="sh")
        try:
            session = self._sessions.open(voice, seconds=_LOGIN)
            try:
                answer = session.ask(question(must, ask), _ANSWER)
            finally:
                session.close()
        except MigrateError as error:
            said = str(error.values.get("said") or error.code)
            return CallerLook(host=host.name, connected=Answered.UNASKED, said=plain(said))
        return read_answer(host.name, answer)


def question(must: Endpoint | None, ask: Ask | None) -> str:
    """Return the text that a caller's machine is asked by."""
    http = "" if must is None or must.scheme == "tcp" else _HTTP.format(wait=2 * _CONNECT, url=_url(must))
    if ask is not None:
        http += _ASK.format(wait=2 * _CONNECT, url=_url(ask.url), most=_MOST)
    # Without an address only what it holds is asked for: nothing listens at that one.
    host, port = ("127.0.0.1", 0) if must is None else (must.host, must.port)
    return _TEXT.format(connect=_CONNECT, host=shlex.quote(host), port=port, http=http, looks=_LOOKS)


def _url(endpoint: Endpoint) -> str:
    shown = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return shlex.quote(f"{endpoint.scheme}://{shown}:{endpoint.port}{endpoint.path or '/'}")


def read_answer(host: str, answer: str) -> CallerLook:
    """Return what a machine's answer says; what it leaves out, or says in another form, is unknown."""
    connected, said, status, tables = Answered.UNASKED, "", 0, 0
    heard: bytes | None = None
    reply: Answer | None = None
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
        elif name == "answer":
            heard = _bytes(rest)
        elif name == "asked":
            reply = _answer(rest, heard)
        elif name == "table":
            tables += 1
        else:
            held.update(_ends(line))
    known = little and tables >= _LOOKS
    return CallerLook(
        host=host,
        connected=connected,
        said=plain(said),
        status=status,
        held=frozenset(held) if known else None,
        answer=reply,
    )


def _bytes(digits: str) -> bytes | None:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return None


def _answer(code: str, heard: bytes | None) -> Answer | None:
    """Return an answer over HTTP from its bytes; one that is not what HTTP says is none."""
    if code in {"", "126", "127"} or heard is None or not (code.isascii() and code.isdigit()):
        return Answer(asked=Answered.UNASKED, said="no curl or od" if code == "127" else f"curl {plain(code)}")
    whole = code == "0" and len(heard) < _MOST
    body = heard
    while found := _HEAD.match(body):  # what only announces another one comes before it
        body = body[found.end() :]
        if not found[1].startswith(b"1"):
            return Answer(asked=Answered.YES, status=int(found[1]), body=body, whole=whole)
    return Answer(asked=Answered.NO, said=f"curl {code}" if code != "0" else "not HTTP")


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
