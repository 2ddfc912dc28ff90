"""A cloud's API as a session, in the words of `starting.py`; each answer is what is there afterwards."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.movers.rehost.fitting import answers
from orchestrator.adapters.movers.rehost.imaging import MadeImage
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.image import ImageSpec
from orchestrator.model.machines import CloudServer, Keeper
from orchestrator.model.plan import Owner
from orchestrator.ports.move import ServerStarter

_SERVER, _KEEPER = TypeAdapter(CloudServer), TypeAdapter(Keeper)
_PAUSE = timedelta(seconds=0.5)
_LOGIN = 20.0


class CloudSession:
    """The `Session` port; each line is a task of its own.

    Args:
        voice: names the cloud.
        cloud: of that name.
        ssh: reaches the keeper, and what runs on the server.
        seconds: what deadlines are measured by.
    """

    def __init__(self, voice: Voice, cloud: ServerStarter, ssh: OpenSsh, seconds: Callable[[], float]) -> None:
        self._voice = voice
        self._cloud = cloud
        self._ssh = ssh
        self._seconds = seconds
        self._lines: deque[str] = deque()
        self._image = ""

    def send(self, text: str) -> None:
        """Send a line; it is begun once its answer is waited for."""
        self._lines.append(text)

    def receive(self, seconds: float) -> str:
        """Return the answer to the oldest line.

        Raises:
            MigrateError: `session.late`, `session.error`; a `CloudError` with what the cloud said.
        """
        word, _, text = self._lines.popleft().partition(" ")
        told: Mapping[str, Any] = json.loads(text)
        server, deadline = _SERVER.validate_python(told["server"]), timedelta(seconds=seconds)
        match word:
            case "send":
                self._image = self._sent(told, server, deadline)
                return self._image
            case "start":
                if not self._image:
                    raise MigrateError("session.error", session=self._voice.name, said="no image was sent")
                self._cloud.ensure_started(server, self._image, deadline=deadline)
            case "resume":
                self._cloud.ensure_started(server, "", deadline=deadline)
            case "stop":
                self._cloud.ensure_stopped(server, deadline=deadline)
            case "answer":
                return self._answered(server, told["ports"], seconds)
        return self._cloud.state(server)

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        """Nothing is kept open."""

    def _sent(self, told: Mapping[str, Any], server: CloudServer, deadline: timedelta) -> str:
        keeper = _KEEPER.validate_python(told["keeper"])
        argv = self._ssh.command(keeper.reach, keeper.account, ["cat", str(told["path"])])
        owner = Owner(programme=server.programme, system=server.system, key="image")
        spec = ImageSpec(name=f"{server.programme}-{server.system}", owner=owner, size=int(told["size"]))
        return self._cloud.ensure_image(spec, MadeImage(checks=(), argv=argv).read(), deadline=deadline).id

    def _answered(self, server: CloudServer, ports: list[int], seconds: float) -> str:
        until, said = self._seconds() + seconds, ""
        argv = self._ssh.command(server.reach, server.reach.user, ["true"])
        while (left := until - self._seconds()) > 0:
            try:
                done = subprocess.run(
                    argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=min(left, _LOGIN), check=False
                )
                code, words = done.returncode, done.stderr.decode(errors="replace").strip()
                said = (words or f"exit code {code}") if code else ""
            except subprocess.TimeoutExpired:
                said = "no login"
            silent = [port for port in ports if not answers(server.address, port)] if not said else ports
            if not said and not silent:
                return "answers"
            said = said or f"silent: {silent}"
            SystemClock().sleep(_PAUSE)
        raise MigrateError("session.error", session=self._voice.name, said=plain(said) or "late")
