"""`migrate verify`, `repin` and the dry run before a real sshd and a real service behind a cloud's API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import read
from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.adapters.state import PinnedHostKeys, StateFolder
from orchestrator.checks.hosts import fingerprint
from orchestrator.cli.output import Shell
from orchestrator.cli.programme import load
from orchestrator.cli.wiring import roles
from orchestrator.errors import ExitCode
from orchestrator.model.plan import ServerSpec
from orchestrator.planning.batches import plan_batch
from tests.command_site import CLOUDS, CommandSite, command_site, server_of
from tests.fake_openstack import Json
from tests.fakes import FakeEvidence
from tests.machines import Machine, keypair, machine

pytestmark = pytest.mark.integration

SYSTEM, SERVER = "S-1", server_of("S-1")
CLOUD = CLOUDS[0]
# Answers on port 8080 as the planned service does, until the file `dead` is there.
SERVE = rf"""
cat >"$D/serve.py" <<'PY'
import os, socket
listener = socket.create_server(("0.0.0.0", 8080))
while True:
    connection, _ = listener.accept()
    if os.path.exists(os.environ["D"] + "/dead"):
        connection.close()
        continue
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n<h1>{SYSTEM} {SERVER}</h1>")
    connection.close()
PY
/usr/bin/python3 "$D/serve.py" &
"""


@dataclass(frozen=True)
class Desk:
    """A programme with one configured server, the machine behind it, and its record."""

    site: CommandSite
    machine: Machine
    folder: Path

    @property
    def thing(self) -> Json:
        (server,) = self.site.clouds[CLOUD].of("servers")
        return server

    @property
    def pins(self) -> PinnedHostKeys:
        return PinnedHostKeys(self.site.folder / ".migrate" / "host-keys.json")

    def pin(self, key: str) -> None:
        self.pins.pin(CLOUD, self.thing["id"], (key,))

    def tell(self, *keys: str) -> None:
        """Let the console tell keys, as cloud-init does."""
        lines = "".join(f"{key} root@guest\n" for key in keys)
        block = f"-----BEGIN SSH HOST KEY KEYS-----\n{lines}-----END SSH HOST KEY KEYS-----\n"
        self.thing["_console"] = f"booting\n{block if keys else ''}login: "

    def planned(self, *, expect: int = 0) -> Any:
        (system,) = self.site.ask("batch", "1", "--dry-run", expect=expect)["systems"]
        return system

    def verified(self, *, expect: int = 0) -> dict[str, str]:
        """Return the verdicts of `migrate verify` by their codes."""
        found = self.site.ask("verify", "1", expect=expect)
        assert found["right"] == (expect == 0)
        return {check["code"]: check["status"] for system in found["systems"] for check in system["checks"]}


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machine, Path]]:
    folder = tmp_path_factory.mktemp("machine") / "guest"
    with machine(folder, 21, extra=SERVE) as made:
        yield made, folder


@pytest.fixture
def desk(guest: tuple[Machine, Path], tmp_path: Path) -> Iterator[Desk]:
    target, folder = guest
    (folder / "dead").unlink(missing_ok=True)
    with ExitStack() as stack:
        site = stack.enter_context(command_site(tmp_path / "p", {SYSTEM: "甲局"}))
        _make_it_a_web_server(site.folder)
        made = Desk(site, target, folder)
        _provision(made)
        made.tell(target.host_key)
        made.pin(target.host_key)
        yield made


def _make_it_a_web_server(folder: Path) -> None:
    document = yaml.safe_load((folder / "list.yaml").read_text(encoding="utf-8"))
    document["servers"][0] |= {"部署内容": "nginx", "开放端口": "8080/tcp"}
    (folder / "list.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    declared = yaml.safe_load((folder / "programme.yaml").read_text(encoding="utf-8"))
    for cloud in declared["clouds"].values():
        cloud["user"] = "root"
    (folder / "programme.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")


def _provision(desk: Desk) -> None:
    """Make what a batch makes, without a playbook: the machine is what it would have made of it."""
    folder = desk.site.folder
    state = StateFolder(folder)
    state.ensure()
    shutil.copy(desk.machine.identity, state.private_key)
    (system,) = plan_batch(*load(Shell(folder=folder)), 1, None, roles=roles()).systems
    assert system.spec is not None
    (part,) = system.spec.parts
    cloud = OpenStackCloud(
        CLOUD,
        clouds_file=folder / "clouds.yaml",
        public_key=state.ensure_public_key(),
        evidence=FakeEvidence(),
        clock=SystemClock(),
    )
    for item in part.objects:
        cloud.ensure(item, deadline=timedelta(minutes=1))
    for port in desk.site.clouds[CLOUD].of("ports"):
        port["fixed_ips"] = [{"subnet_id": "s1", "ip_address": desk.machine.address}]
    (server,) = (item for item in part.objects if isinstance(item, ServerSpec))
    seen = cloud.find(server)
    assert seen is not None
    cloud.ensure_configured(seen, part.configuration_digest)


def clouds(desk: Desk) -> list[Json]:
    return [deepcopy(cloud.things) for cloud in desk.site.clouds.values()]


def test_what_answers_is_as_planned_and_looking_changes_nothing(desk: Desk) -> None:
    before, pins = clouds(desk), desk.pins.known(CLOUD, desk.thing["id"])

    found = desk.verified()
    planned = desk.planned()

    assert set(found.values()) == {"pass"}
    assert found.keys() >= {"seen.objects", "run.server-active", "guest.identity", "guest.opening", "guest.answer"}
    assert (planned["mark"], planned["seen"]["status"]) == ("=", "pass")
    assert (clouds(desk), desk.pins.known(CLOUD, desk.thing["id"])) == (before, pins)
    out, err = desk.site.run("verify", "1", "--system", SYSTEM)
    assert "1 as planned" in out
    assert f"1/1  {SYSTEM}" in err


def test_a_dead_service_of_a_configured_server_is_told_and_is_no_success(desk: Desk) -> None:
    (desk.folder / "dead").touch()

    planned = desk.planned(expect=ExitCode.FAILED)
    assert (planned["mark"], planned["hold"], planned["seen"]["status"]) == ("!", "block", "fail")
    out, err = desk.site.run("batch", "1", "--dry-run", expect=ExitCode.FAILED)
    assert "port 8080" in out
    assert "--from configure" in err
    before = clouds(desk)
    out, err = desk.site.run("batch", "1", "--yes", expect=ExitCode.FAILED)
    assert "nothing to do" not in out
    assert "batch.fallen" in err
    assert (clouds(desk), desk.site.steps()) == (before, [])
    assert desk.verified(expect=ExitCode.FAILED)["guest.answer"] == "fail"


def test_what_cannot_be_seen_is_not_called_as_planned(desk: Desk) -> None:
    (desk.site.folder / ".migrate" / "host-keys.json").unlink()

    planned = desk.planned()
    assert (planned["mark"], planned["seen"]["status"], planned["seen"]["since"]) == ("=", "unknown", None)
    for lang, words in (("en", "never verified"), ("zh", "从未核验")):
        assert words in desk.site.run("--lang", lang, "batch", "1", "--dry-run")[0]
    assert desk.verified(expect=ExitCode.FAILED)["guest.identity"] == "unknown"


def test_a_rebuilt_servers_key_is_taken_over_from_its_console_and_only_when_asked(desk: Desk, tmp_path: Path) -> None:
    old = keypair(tmp_path / "old")
    desk.pin(old)
    desk.site.clouds[CLOUD].relaunch(desk.thing, "rebuild")

    planned = desk.planned()
    assert planned["mark"] == "~"
    assert [reason["code"] for reason in planned["reasons"]] == ["plan.server-renewed"]
    assert desk.verified(expect=ExitCode.FAILED)["guest.identity"] == "fail"
    out, err = desk.site.run("repin", "1", "--system", SYSTEM, expect=ExitCode.REFUSED)
    assert fingerprint(old) in out
    assert fingerprint(desk.machine.host_key) in out
    assert "--yes" in err
    assert desk.pins.known(CLOUD, desk.thing["id"]) == (old,)

    told = desk.site.ask("repin", "1", "--system", SYSTEM, "--yes")

    assert told["repinned"]
    assert desk.pins.known(CLOUD, desk.thing["id"]) == (desk.machine.host_key,)
    (entry,) = (entry for entry in read(StateFolder(desk.site.folder).evidence) if entry.kind == "guest.repinned")
    assert entry.data["pinned"] == [fingerprint(old)]
    assert entry.data["keys"] == [desk.machine.host_key]
    assert "nothing to take over" in desk.site.run("repin", "1", "--system", SYSTEM)[0]


def test_a_key_that_the_console_does_not_tell_is_refused(desk: Desk, tmp_path: Path) -> None:
    old, other = keypair(tmp_path / "old"), keypair(tmp_path / "other")
    desk.pin(old)
    for told, code in (((other,), "repin.other-key"), ((), "repin.no-key")):
        desk.tell(*told)
        refused = desk.site.ask("repin", "1", "--system", SYSTEM, "--yes", expect=ExitCode.REFUSED)
        assert code in str(refused)
        assert desk.pins.known(CLOUD, desk.thing["id"]) == (old,)


def test_a_server_that_stands_as_no_plan_says_is_found_by_verify(desk: Desk) -> None:
    desk.thing["status"] = "SHUTOFF"
    found = desk.verified(expect=ExitCode.FAILED)
    assert found["seen.objects"] == "fail"


def test_verify_refuses_what_is_no_batch_and_no_system(desk: Desk) -> None:
    for arguments, code in (
        (("verify", "9"), "plan.no-batch"),
        (("verify", "1", "--system", "S-9"), "batch.no-system"),
        (("repin", "1", "--system", "S-9"), "batch.no-system"),
    ):
        assert code in str(desk.site.ask(*arguments, expect=ExitCode.REFUSED))
