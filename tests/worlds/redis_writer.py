"""A client that writes the next number, fifty times a second, on whichever side lets it: `… LIST ADDRESS ADDRESS`.

A number counts once it is acknowledged; one that was refused is tried again on the other side. Ends with its stdin.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from contextlib import suppress

_REFUSED = (b"-NOREPLICAS", b"-READONLY", b"-LOADING", b"-MASTERDOWN")


def _push(line: socket.socket, ledger: str, number: int) -> bytes:
    words = (b"RPUSH", ledger.encode(), b"%d" % number)
    line.sendall(b"*3\r\n" + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
    said = b""
    while not said.endswith(b"\r\n"):
        more = line.recv(4096)
        if not more:
            raise OSError
        said += more
    return said


def main() -> None:
    ledger, *addresses = sys.argv[1:]
    at = 0
    lines: dict[str, socket.socket] = {}
    number = unanswered = 0
    gap, last = 0.0, time.monotonic()
    faults: list[str] = []
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        address = addresses[at]
        try:
            if address not in lines:
                lines[address] = socket.create_connection((address, 6379), timeout=5)
            said = _push(lines[address], ledger, number)
        except OSError:
            # It may have arrived all the same.
            unanswered += 1
            with suppress(KeyError):
                lines.pop(address).close()
            at = 1 - at
            continue
        if said.startswith(b":"):
            number += 1
            gap, last = max(gap, time.monotonic() - last), time.monotonic()
        elif said.startswith(_REFUSED):
            at = 1 - at
        else:
            faults.append(said.decode(errors="replace"))
            break
    told = {"acknowledged": number, "unanswered": unanswered, "gap": round(gap, 3), "faults": faults}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
