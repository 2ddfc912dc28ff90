"""Two Redis servers on hosts of their own, a client that never stops writing, and the example tool that moves them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from orchestrator.adapters.movers.external.mover import ToolMover
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.adapters.tools.place import ToolPlace, digest_of
from orchestrator.model.machines import Machine, Reach
from orchestrator.model.move import ExternalMove, Limits, Tool
from tests.worlds.net import Net, net, run
from tests.worlds.postgresql import ssh_keys

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "move.d" / "redis"
HOSTS = ("ctl", "src", "tgt")
SIDES = ("src", "tgt")
ABLE = ("back",)


@dataclass(frozen=True, kw_only=True)
class RedisWorld:
    net: Net
    folder: Path
    move: ExternalMove
    ssh: OpenSsh
    tools: ToolPlace
    sessions: ProgramSessions
    mover: ToolMover

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def redis(self, host: str, *words: str) -> str:
        return run(*self.net.inside(host), "redis-cli", *words).strip()

    def writable(self) -> list[str]:
        """The sides that let a client write."""
        return [host for host in SIDES if self.redis(host, "SET", "tried", "1") == "OK"]

    def await_following(self, *, back: bool = False, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not self.mover.progress(self.move, back=back).streaming:
            assert time.monotonic() < limit
            time.sleep(0.1)

    def start(self, host: str) -> None:
        """Start a server by the configuration file that it has by now."""
        run(*self.net.inside(host), "redis-server", str(self.folder / host / "redis.conf"))


class RedisWriter:
    """A client in a process of its own; `end` returns how many writes were acknowledged."""

    _made = count()

    def __init__(self, site: RedisWorld) -> None:
        self._site = site
        self._list = f"ledger{next(self._made)}"
        addresses = [site.net.address(host) for host in SIDES]
        told = [*site.net.inside("ctl"), sys.executable, "-m", "tests.worlds.redis_writer", self._list, *addresses]
        self._process = subprocess.Popen(told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self) -> dict[str, float]:
        said, _ = self._process.communicate(timeout=60)
        told: dict[str, float] = json.loads(said)
        return told

    def assert_held(self, host: str) -> None:
        """End it, and check that a side has every acknowledged write and none of them twice."""
        told = self.end()
        assert told["acknowledged"] > 20, told
        held = set(self._site.redis(host, "LRANGE", self._list, "0", "-1").split())
        length = int(self._site.redis(host, "LLEN", self._list))
        assert {str(number) for number in range(int(told["acknowledged"]))} - held == set(), told
        assert length - len(held) <= told["unanswered"], told


@contextmanager
def redis_world() -> Iterator[RedisWorld]:
    """Bring both servers up, the source filled, the target empty."""
    folder = Path(tempfile.mkdtemp(prefix="mve-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        with net(HOSTS) as hosts:
            made = _up(hosts, folder)
            yield made
            for host in SIDES:  # by its own door: it writes its data on the way out
                with suppress(RuntimeError):
                    made.redis(host, "SHUTDOWN", "NOSAVE")
    finally:
        shutil.rmtree(folder)


def _up(hosts: Net, folder: Path) -> RedisWorld:
    ssh_keys(folder)
    (folder / "move.d").mkdir(mode=0o755)
    shutil.copy(EXAMPLE, folder / "move.d" / "redis")
    (folder / "move.d" / "redis").chmod(0o755)
    ssh = OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl"))
    tools = ToolPlace(programme=folder, state=folder / "tools")
    sessions = ProgramSessions(ssh, tools)
    source, target = (
        Machine(name=f"system-1-{host}", reach=Reach(address=hosts.address(host)), address=hosts.address(host))
        for host in SIDES
    )
    ten = timedelta(seconds=10)
    move = ExternalMove(
        system="S-1",
        slug="system-1",
        source=source,
        target=target,
        tool=Tool(name="redis", digest=digest_of(folder, "redis")),
        able=ABLE,
        limits=Limits(hold=ten, step=ten, catch_up=ten, frozen=4 * ten, undecided=timedelta(seconds=12)),
    )
    made = RedisWorld(
        net=hosts, folder=folder, move=move, ssh=ssh, tools=tools, sessions=sessions, mover=ToolMover(sessions)
    )
    for host in SIDES:
        (folder / host).mkdir()
        config = (
            f"bind {hosts.address(host)} 127.0.0.1\nprotected-mode no\ndaemonize yes\nappendonly yes\nsave 900 1\n"
            f"dir {folder / host}\nlogfile {folder / host}/log\npidfile {folder / host}/pid\n"
        )
        (folder / host / "redis.conf").write_text(config)
        made.start(host)
    for host in SIDES:
        _await(made, host)
    made.redis("src", "EVAL", "for i = 1, 2000 do redis.call('SET', 'k' .. i, i) end", "0")
    # Keys that end by themselves move a server's position too.
    made.redis("src", "EVAL", "for i = 1, 2000 do redis.call('SET', 't' .. i, i, 'PX', 20 * i) end", "0")
    return made


def _await(site: RedisWorld, host: str) -> None:
    limit = time.monotonic() + 20
    while True:
        with suppress(RuntimeError):
            if site.redis(host, "PING") == "PONG":
                return
        assert time.monotonic() < limit
        time.sleep(0.05)
