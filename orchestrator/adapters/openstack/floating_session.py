"""A cloud's network service as a session: a line is a word with what it needs, and the answer what is there afterwards.

`look ADDRESS [TARGET]` answers what the cloud says of a floating IP, and of the port with that fixed address, as JSON.
`lead ADDRESS PORT FIXED PORT FIXED` has it associated with the first port if it is that one's, the other one's or
nobody's. The login is the one of `clouds.yaml`, which is read here and never leaves this process.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import NoEvidence
from orchestrator.adapters.openstack.cloud import OpenStackCloud
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice


class FloatingSession:
    """The `Session` port; the connection and its token are kept, so that a line is a few requests.

    Args:
        voice: names the cloud and its clouds file.
        folder: the programme's, in which that file is.
    """

    def __init__(self, voice: Voice, folder: Path) -> None:
        self._voice = voice
        self._lines: deque[str] = deque()
        self._cloud = OpenStackCloud(
            voice.role,
            clouds_file=folder / voice.account,
            public_key="",
            evidence=NoEvidence(),
            clock=SystemClock(),
        )

    def send(self, text: str) -> None:
        """Send a line; it is begun once its answer is waited for."""
        self._lines.append(text)

    def receive(self, seconds: float) -> str:
        """Return the answer to the oldest line.

        Raises:
            MigrateError: `session.error` with what the cloud said or what is there instead.
        """
        word, address, *told = self._lines.popleft().split(" ")
        within = timedelta(seconds=seconds)
        try:
            match word, told:
                case "look", [] | [_]:
                    return json.dumps(asdict(self._cloud.floating(address, *told, deadline=within)))
                case "lead", [port, fixed, left, at]:
                    self._cloud.ensure_led(address, (left, at), (port, fixed), deadline=within)
                    return f"{port} {fixed}"
        except MigrateError as error:
            values = " ".join(f"{name}={value}" for name, value in error.values.items())
            said = "".join(letter if letter.isprintable() else "?" for letter in f"{error.code} {values}")
            raise MigrateError("session.error", session=self._voice.name, said=said[:300]) from None
        raise AssertionError(f"no word of ours: {word}")

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        """Forget what was not asked yet."""
        self._lines.clear()
