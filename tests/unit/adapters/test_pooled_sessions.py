"""Sessions that many share: one login for many conversations, and none that is broken is lent again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.replicas.asking import ask_both
from orchestrator.adapters.replicas.pooled import PooledSessions
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Seen
from orchestrator.ports.move import Session


class Machine:
    """Machines that let in, count, and break when told."""

    def __init__(self) -> None:
        self.logins: list[str] = []
        self.open_now = self.most = 0
        self.refuse = self.broken = False
        self.mutex = threading.Lock()

    def open(self, voice: Voice, *, seconds: float) -> Session:
        with self.mutex:
            self.logins.append(voice.reach.address)
            if self.refuse:
                raise MigrateError("session.late", session=voice.name, seconds="20.0")
            self.open_now += 1
            self.most = max(self.most, self.open_now)
        return Talk(self)


class Talk:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._closed = False

    def send(self, text: str) -> None:
        """Nothing is sent without asking here."""

    def receive(self, seconds: float) -> str:
        return "late"

    def ask(self, text: str, seconds: float) -> str:
        if self._machine.broken or self._closed:
            raise MigrateError("session.ended", session="s", said="")
        return text

    def close(self) -> None:
        with self._machine.mutex:
            self._machine.open_now -= not self._closed
            self._closed = True


def voice(address: str = "10.0.0.1", name: str = "a", program: str = "psql") -> Voice:
    return Voice(name=name, reach=Reach(address=address), account="postgres", program=program)


def test_many_conversations_are_one_login_whatever_they_are_called() -> None:
    machine = Machine()
    with PooledSessions(machine) as pool:
        for number in range(20):
            session = pool.open(voice(name=f"S-{number}"), seconds=1)
            assert session.ask("x", 1) == "x"
            session.close()
    assert len(machine.logins) == 1
    assert machine.open_now == 0


def test_a_door_is_knocked_at_by_few_at_a_time() -> None:
    machine = Machine()

    def talk(pool: PooledSessions) -> None:
        session = pool.open(voice(), seconds=1)
        session.ask("x", 1)
        session.close()

    with PooledSessions(machine, at_once=2) as pool, ThreadPoolExecutor(16) as threads:
        list(threads.map(talk, [pool] * 200))
        assert machine.most <= 2


def test_what_is_idle_is_kept_for_so_many_machines() -> None:
    machine = Machine()
    with PooledSessions(machine, idle=3) as pool:
        for number in range(10):
            pool.open(voice(f"10.0.0.{number}"), seconds=1).close()
        assert machine.open_now == 3


def test_a_session_that_broke_is_not_lent_again_and_one_that_died_meanwhile_is_found_out() -> None:
    machine = Machine()
    with PooledSessions(machine) as pool:
        session = pool.open(voice(), seconds=1)
        machine.broken = True
        with pytest.raises(MigrateError):
            session.ask("x", 1)
        session.close()
        machine.broken = False
        assert machine.open_now == 0
        pool.open(voice(), seconds=1).close()
        machine.broken = True  # the server restarts while nobody asks
        pool.open(voice(), seconds=1).close()
        machine.broken = False
        assert len(machine.logins) == 3
        unanswered = pool.open(voice(), seconds=1)
        unanswered.send("x")
        unanswered.close()
        assert machine.open_now == 0


def test_a_machine_that_lets_nobody_in_is_one_wait() -> None:
    machine = Machine()
    machine.refuse = True
    with PooledSessions(machine) as pool:
        for _ in range(10):
            with pytest.raises(MigrateError, match=r"session\.late"):
                pool.open(voice(), seconds=1)
    assert len(machine.logins) == 1


def test_ends_that_stand_for_each_other_do_not_wait_for_each_other() -> None:
    machine = Machine()
    here, there = voice("10.0.0.1"), voice("10.0.0.2")

    def look(turn: int) -> tuple[Seen, Seen]:
        ends = (here, there) if turn % 2 else (there, here)
        return ask_both(pool, *ends, lambda session, _: Seen(at=0, took=0, fault=session.ask("x", 1)))

    with PooledSessions(machine, at_once=1) as pool, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(look, range(200), timeout=60))
    assert {each.fault for pair in found for each in pair} == {"x"}
    assert ask_both(PooledSessions(machine, at_once=1), here, here, lambda *_: Seen(at=0, took=0))[0].fault == ""


def test_who_still_asks_when_all_is_ended_hears_so() -> None:
    machine = Machine()
    with PooledSessions(machine) as pool:
        session = pool.open(voice(), seconds=1)
    with pytest.raises(MigrateError, match=r"session\.ended"):
        session.ask("x", 1)
    session.close()
    with pytest.raises(MigrateError, match=r"session\.ended"):
        pool.open(voice(), seconds=1)
    assert machine.open_now == 0


def test_a_quick_key_exchange_is_only_put_first_and_a_machines_own_choice_wins() -> None:
    ssh = OpenSsh([], Path("known_hosts"), quick=True)
    told = [word for word in ssh.command(Reach(address="10.0.0.1"), "root", ["true"]) if word.startswith("KexAlg")]
    assert told[0].startswith("KexAlgorithms=^curve25519-sha256,")
    old = Reach(address="10.0.0.1", algorithms=(("KexAlgorithms", "+diffie-hellman-group1-sha1"),))
    told = [word for word in ssh.command(old, "root", ["true"]) if word.startswith("KexAlg")]
    assert told == ["KexAlgorithms=+diffie-hellman-group1-sha1"]
    plain = OpenSsh([], Path("known_hosts")).command(Reach(address="10.0.0.1"), "root", ["true"])
    assert not any(word.startswith("KexAlg") for word in plain)
