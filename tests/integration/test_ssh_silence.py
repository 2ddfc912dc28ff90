"""A machine that lets us in and then freezes costs its time-out and is told as one; against a real SSH server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko.common import AUTH_SUCCESSFUL, OPEN_SUCCEEDED

from orchestrator.adapters.ssh.connection import connect
from orchestrator.adapters.ssh.guest import SshGuestProbe
from orchestrator.adapters.ssh.source import ShellSourceProbe
from orchestrator.checks import services
from orchestrator.errors import MigrateError
from orchestrator.model.plan import SourceSpec
from orchestrator.model.result import CheckStatus, Guest

# A probe that waits for ever meets the limit; every time-out of its own is a second at most.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


@dataclass
class Frozen(paramiko.ServerInterface):
    """Lets everybody in. Commands are accepted and never end; or they are not even accepted."""

    accepts: bool
    thawed: threading.Event = field(default_factory=threading.Event)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        return self.accepts or self.thawed.wait()


@dataclass(frozen=True)
class Machine:
    accepts: bool
    port: int
    key: paramiko.PKey
    identity: Path

    @property
    def host_key(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"


def key(path: Path) -> paramiko.PKey:
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return paramiko.Ed25519Key.from_private_key_file(str(path))


@pytest.fixture(params=[True, False], ids=["command-hangs", "command-not-taken"])
def frozen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    host, behaviour = key(tmp_path / "host"), Frozen(request.param)
    transports: list[paramiko.Transport] = []
    key(tmp_path / "identity")

    def serve() -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                transports.append(paramiko.Transport(listener.accept()[0]))
                transports[-1].add_server_key(host)
                transports[-1].start_server(event=threading.Event(), server=behaviour)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        yield Machine(accepts=request.param, port=port, key=host, identity=tmp_path / "identity")
        behaviour.thawed.set()
        listener.shutdown(socket.SHUT_RDWR)
    for transport in transports:
        transport.close()


def test_a_frozen_guest_is_unreachable_by_its_time_out(frozen: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SSH_PORT", frozen.port)
    probe = SshGuestProbe(frozen.identity, patience=timedelta(seconds=0.1))
    guest = Guest(server="web1", address="127.0.0.1", host_keys=(frozen.host_key,))

    with pytest.raises(MigrateError) as caught:
        probe.await_ssh(guest, "debian", deadline=timedelta(seconds=0.2))

    assert (caught.value.code, caught.value.values["error"]) == ("guest.unreachable", "TimeoutError")


def test_a_frozen_source_is_not_taken_for_one_that_told_its_facts(frozen: Machine, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{frozen.port} {frozen.host_key}\n")

    results, facts = ShellSourceProbe(known, frozen.identity, timeout=1.0).probe(
        SourceSpec(server="old", address="127.0.0.1", port=frozen.port, user="root")
    )

    told = {result.code: (result.status, result.values.get("error")) for result in results}
    if frozen.accepts:
        assert told == {"source.reachable": (CheckStatus.PASS, None), "source.facts": (CheckStatus.UNKNOWN, None)}
    else:
        assert told == {"source.reachable": (CheckStatus.FAIL, "TimeoutError")}
    assert facts == {}


def test_who_is_done_in_time_is_not_hung_up_on(frozen: Machine) -> None:
    with connect("127.0.0.1", frozen.port, "root", frozen.identity, [frozen.key], patience=60.0) as client:
        transport = client.get_transport()
        assert transport
        assert transport.is_active()
    assert not transport.is_active()
