"""Sources whose sshd speaks only what OpenSSH has long left: reached by algorithms allowed for that source by name."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from tests.worlds.net import Net, net, run
from tests.worlds.old_sshd import ALLOWED, OLD

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ProgramSessions, Voice]]:
    folder = tmp_path_factory.mktemp("old")
    with net(("ctl", "src")) as hosts:
        process = start(hosts, folder)
        sessions = ProgramSessions(OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl")))
        reach = Reach(address=hosts.address("src"), algorithms=ALLOWED)
        yield sessions, Voice(name="old", reach=reach, account="root", program="sh")
        process.kill()
        process.wait()


def start(hosts: Net, folder: Path) -> subprocess.Popen[bytes]:
    for name in ("identity", "host_key"):
        run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(folder / name))
    public = " ".join((folder / "host_key.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"{hosts.address('src')} {public}\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    told = [
        *OLD, "UsePAM=no", "PidFile=none", "StrictModes=no", f"AuthorizedKeysFile={folder / 'identity.pub'}",
        f"HostKey={folder / 'host_key'}", f"SetEnv=HOME={folder}",
    ]  # fmt: skip
    words = [word for each in told for word in ("-o", each)]
    process = subprocess.Popen([*hosts.inside("src"), "/usr/sbin/sshd", "-D", "-f", "/dev/null", *words])
    limit = time.monotonic() + 30
    listening = (*hosts.inside("src"), "ss", "-Hlt", "sport", "=", ":22")
    while not run(*listening):
        assert time.monotonic() < limit
        time.sleep(0.05)
    return process


def test_it_is_reached(old: tuple[ProgramSessions, Voice]) -> None:
    sessions, voice = old
    session = sessions.open(voice, seconds=20)
    assert session.ask("echo here; echo there >&2", 10) == "here\nthere"
    session.close()


@pytest.mark.parametrize("name", [name for name, _ in ALLOWED])
def test_not_without_each_of_the_algorithms(old: tuple[ProgramSessions, Voice], name: str) -> None:
    sessions, voice = old
    fewer = tuple(pair for pair in ALLOWED if pair[0] != name)
    with pytest.raises(MigrateError) as caught:
        sessions.open(replace(voice, reach=replace(voice.reach, algorithms=fewer)), seconds=20)
    assert caught.value.code == "session.ended"


def test_nothing_but_algorithms_can_be_allowed(old: tuple[ProgramSessions, Voice]) -> None:
    sessions, voice = old
    asked = replace(voice.reach, algorithms=(("ProxyCommand", "touch /tmp/pwned"),))
    with pytest.raises(MigrateError) as caught:
        sessions.open(replace(voice, reach=asked), seconds=20)
    assert caught.value.code == "session.option"
