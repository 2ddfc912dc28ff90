"""A whole disk's frozen section as a list, and what is no answer of a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.kinds import Movers
from orchestrator.adapters.movers.rehost import starting
from orchestrator.adapters.movers.rehost.cloud_session import CloudSession
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.errors import CloudError, MigrateError
from orchestrator.execution.frozen import FrozenRun
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import CloudServer, DiskServer, Keeper, Reach, Service
from orchestrator.model.move import RehostMove, one_way
from orchestrator.model.result import Ensured
from orchestrator.model.routes import DnsRoute, Routes
from orchestrator.ports.move import Session
from orchestrator.reporting import texts
from tests.fakes import FakeClock

SERVER = CloudServer(
    name="p-s-1-sv-1", cloud="c", programme="p", system="s-1", key="sv-1/server",
    reach=Reach(address="127.0.0.1", known_as="192.0.2.1"),
)  # fmt: skip
MOVE = RehostMove(
    system="S-1",
    slug="s-1",
    source=DiskServer(
        name="old",
        reach=Reach(address="192.0.2.1"),
        address="192.0.2.1",
        disk="sda",
        services=(
            Service(stop=("systemctl", "stop", "a b; id"), start=("systemctl", "start", "a b; id")),
            Service(stop=("stop", "b"), start=("start", "b")),
        ),
    ),
    target=Keeper(name="keeper", reach=Reach(address="192.0.2.2"), address="192.0.2.2", folder="/srv"),
    answers=(1,),
    server=SERVER,
)


class Off:
    """The `ServerStarter` port of a cloud that does nothing."""

    def ensure_image(self, *_: object, **__: object) -> Ensured:
        raise CloudError("cloud.deadline", cloud="c", subject="x", status="x", seconds=1)

    def state(self, server: CloudServer) -> str:
        del server
        return "ACTIVE"

    def ensure_started(self, server: CloudServer, image: str, *, deadline: timedelta) -> None:
        del server, image, deadline

    def ensure_stopped(self, server: CloudServer, *, deadline: timedelta) -> None:
        del server, deadline


class Said:
    """Sessions that answer nothing; what the source was told is kept."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def open(self, voice: Voice, *, seconds: float) -> Session:
        del seconds
        told = self.told
        if voice.program == "cloud":
            return CloudSession(voice, Off(), OpenSsh([], Path("known_hosts")), running_seconds)

        class Kept:
            def send(self, text: str) -> None:
                told.append((voice.name, text))

            def receive(self, seconds: float) -> str:
                del seconds
                return ""

            def ask(self, text: str, seconds: float) -> str:
                self.send(text)
                return self.receive(seconds)

            def close(self) -> None:
                """Nothing is open."""

        return Kept()


def run(said: Said, *, back: bool = False) -> FrozenRun:
    return FrozenRun(Movers(said).frozen(MOVE, 3, back=back), said, FakeClock(), lambda _: None)


def test_a_server_that_cannot_be_switched_off_keeps_the_source_closed() -> None:
    said = Said()
    section = run(said)
    undos = section.returning()
    assert [undo.name for undo in undos] == ["silence", "rehost-stop", "unseal"]
    # The cloud says that it is on, whatever it was told.
    assert section.perform(undos) == ("rehost-stop", "unseal")
    assert not [text for _, text in said.told if "reopen" in text]


def test_what_is_taken_back_of_a_way_back_starts_the_server_alone() -> None:
    assert [undo.name for undo in run(Said(), back=True).returning()] == ["rehost-start"]
    assert [undo.name for undo in run(Said(), back=True).finishing()][:2] == ["silence", "unlock"]


def test_names_are_led_once_the_server_is_decided_on() -> None:
    route = DnsRoute(
        name="www.example.cn", zone="example.cn", servers=("192.0.2.53",), key="k", source="192.0.2.1",
        target="192.0.2.3", ttl=60,
    )  # fmt: skip
    lines = Movers(Said()).frozen(replace(MOVE, routes=Routes(names=(route,))), 1).lines
    assert [line.name for line in lines][-2:] == ["open", "lead"]
    assert one_way(MOVE)


@pytest.mark.parametrize("back", [False, True])
def test_every_line_has_words_and_values_are_quoted(back: bool) -> None:
    section = Movers(Said()).frozen(MOVE, 3, back=back)
    names = {f"frozen.{line.name}" for line in section.lines}
    names |= {f"frozen.{line.undo.name}" for line in section.lines if line.undo}
    assert [name for name in sorted(names) if not texts.has(name)] == []
    spoken = {line.voice for line in section.lines} | {line.undo.voice for line in section.lines if line.undo}
    assert spoken <= {voice.name for voice in section.voices}
    assert any("'a b; id'" in line.text for line in section.lines)
    assert [line.name for line in section.lines if line.decides] == ["open"]


def test_what_was_begun_without_a_server_has_no_line() -> None:
    assert Movers(Said()).frozen(replace(MOVE, server=None), 1).lines == ()


def test_a_login_that_fails_without_a_word_is_no_answer() -> None:
    session = CloudSession(starting.voice(SERVER), Off(), OpenSsh([], Path("known_hosts"), ["false"]), running_seconds)
    with pytest.raises(MigrateError) as failed:
        session.ask(starting.line("answer", MOVE, SERVER), 0.1)
    assert failed.value.values["said"] == "exit code 1"


def test_a_port_that_says_nothing_is_no_answer_and_nothing_starts_unsent() -> None:
    session = CloudSession(starting.voice(SERVER), Off(), OpenSsh([], Path("known_hosts"), ["true"]), running_seconds)
    with pytest.raises(MigrateError, match="silent"):
        session.ask(starting.line("answer", MOVE, SERVER), 0.1)
    with pytest.raises(MigrateError, match="no image"):
        session.ask(starting.line("start", MOVE, SERVER), 1)


def test_a_server_is_known_by_the_source_s_host_key() -> None:
    argv = OpenSsh([], Path("known_hosts")).command(SERVER.reach, "root", ["true"])
    assert "HostKeyAlias=192.0.2.1" in argv
