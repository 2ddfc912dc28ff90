"""What leads people stands behind all else, of every kind that may have it; a lost answer is said again and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest

from orchestrator.adapters.movers.led import LedMover
from orchestrator.errors import MigrateError
from orchestrator.execution.edited import edited
from orchestrator.execution.frozen import FrozenRun
from orchestrator.execution.moving import dumped, recorded
from orchestrator.model.frozen import Decision, Expect, Voice
from orchestrator.model.life import Life
from orchestrator.model.move import AnyMove, routes_of, with_routes
from orchestrator.model.result import CheckStatus
from orchestrator.model.routes import DnsRoute, FloatingRoute, Routes
from orchestrator.planning.moving import cutover_digest
from orchestrator.ports.move import Mover
from orchestrator.reporting import texts
from tests.fakes import FakeClock
from tests.unit.adapters.test_webapp_list import DATABASES, FILES, MOVERS, move

OLD, NEW = "192.0.2.1", "192.0.2.2"
FLOATING = FloatingRoute(
    address="203.0.113.20", cloud="c", clouds="clouds.yaml", source=OLD, target=NEW, source_port="p-1",
    target_port="p-2",
)  # fmt: skip
NAME = DnsRoute(name="db.example.test", zone="example.test", servers=("192.0.2.53",), key="k", source=OLD, target=NEW)
ROUTES = Routes(names=(NAME,), floating=(FLOATING,))
LED: Mapping[str, AnyMove] = {
    **{name: replace(each, routes=ROUTES) for name, each in DATABASES.items()},
    "files": replace(FILES, routes=ROUTES),
    "webapp": replace(move(), routes=ROUTES),
}


@pytest.mark.parametrize("kind", LED)
@pytest.mark.parametrize("back", [False, True])
def test_people_are_led_once_that_side_serves(kind: str, back: bool) -> None:
    plain = MOVERS.frozen(with_routes(LED[kind], Routes()), 3, back=back)
    frozen = MOVERS.frozen(LED[kind], 3, back=back)
    assert frozen.lines[: len(plain.lines)] == plain.lines
    address, name = frozen.lines[len(plain.lines) :]
    assert (address.name, name.name) == ("lead-address", "lead")
    assert address.wanted == (("p-1 192.0.2.1",) if back else ("p-2 192.0.2.2",))
    assert address.text.split()[2:] == (["p-1", OLD, "p-2", NEW] if back else ["p-2", NEW, "p-1", OLD])
    assert {each.voice for each in frozen.lines} <= {voice.name for voice in frozen.voices}
    assert texts.has("frozen.lead-address")


@pytest.mark.parametrize("kind", LED)
def test_what_is_noted_is_kept_and_approved_and_no_edit(kind: str) -> None:
    life = Life(system="S-1", facts={"move": dumped(LED[kind])})
    assert recorded(life) == LED[kind]
    assert routes_of(recorded(life)).floating[0].source_port == "p-1"
    unasked = with_routes(LED[kind], replace(ROUTES, floating=(replace(FLOATING, source_port="", target_port=""),)))
    assert edited(life, unasked) == ()
    elsewhere = with_routes(LED[kind], replace(ROUTES, floating=(replace(FLOATING, target="192.0.2.9"),)))
    assert edited(life, elsewhere)
    digests = {cutover_digest(each, MOVERS.frozen(each, 3)) for each in (LED[kind], unasked)}
    assert len(digests) == 2


class Cloud:
    """A session of whom a section leads by: what is asked, and how often no answer comes before one does."""

    def __init__(self, answers: list[str | None]) -> None:
        self.asked: list[str] = []
        self.answers = answers

    def open(self, voice: Voice, *, seconds: float) -> Cloud:
        return self

    def send(self, text: str) -> None:
        self.asked.append(text)

    def receive(self, seconds: float) -> str:
        answer = self.answers.pop(0)
        if answer is None:
            raise MigrateError("session.error", session="203.0.113.20", said="cloud.unreachable")
        return answer

    def ask(self, text: str, seconds: float) -> str:
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        return


@pytest.mark.parametrize(("lost", "left"), [(1, ()), (3, ()), (10_000, ("lead-address",))])
def test_a_line_without_an_answer_is_said_again_and_what_stays_is_told(lost: int, left: tuple[str, ...]) -> None:
    frozen = MOVERS.frozen(LED["files"], 3)
    decides = next(line for line in frozen.lines if line.decides)
    address = next(line for line in frozen.lines if line.name == "lead-address")
    decided = replace(decides, expected=Expect.ANY, wanted=())
    section = replace(frozen, lines=(decided, address))
    cloud = Cloud(["open", *([None] * lost), "p-2 192.0.2.2"])
    run = FrozenRun(section, cloud, FakeClock(), lambda _: None)
    run.arm()
    outcome = run.run()
    assert (outcome.decision, outcome.left) == (Decision.OPEN, left)
    assert {text for text in cloud.asked if text.startswith("lead")} == {address.text}


@pytest.mark.parametrize(
    ("said", "gate", "verify"),
    [
        ('{"known": true, "port": "p-1", "fixed": "192.0.2.1"}', CheckStatus.PASS, CheckStatus.FAIL),
        ('{"known": true, "port": "p-2", "fixed": "192.0.2.2"}', CheckStatus.PASS, CheckStatus.PASS),
        ('{"known": true, "port": "p-9", "fixed": "192.0.2.1"}', CheckStatus.FAIL, CheckStatus.FAIL),
        ('{"known": true}', CheckStatus.PASS, CheckStatus.FAIL),
        ('{"known": false}', CheckStatus.FAIL, CheckStatus.FAIL),
        ('{"known": 7}', CheckStatus.UNKNOWN, CheckStatus.UNKNOWN),
        ("<html>", CheckStatus.UNKNOWN, CheckStatus.UNKNOWN),
        (None, CheckStatus.UNKNOWN, CheckStatus.UNKNOWN),
    ],
)
def test_what_a_cloud_says_is_judged_before_and_after(said: str | None, gate: CheckStatus, verify: CheckStatus) -> None:
    led = with_routes(LED["files"], Routes(floating=(FLOATING,)))
    mover = LedMover(cast(Mover[AnyMove], NothingMoves()), Cloud([said] * 2))
    for found, wanted in ((mover.gate(led), gate), (mover.verify(led), verify)):
        (check,) = found
        assert check.status is wanted
        assert texts.has(f"{check.code}.remedy")


class NothingMoves:
    """What moves the data, which is another test's."""

    def gate(self, move: AnyMove, *, back: bool) -> tuple[()]:
        return ()

    verify = gate
