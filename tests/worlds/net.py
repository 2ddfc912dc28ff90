"""Hosts that are network namespaces on one bridge; traffic goes nowhere else. Leftovers of dead runs are taken away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

PREFIX = "mvw"
_NAME = re.compile(rf"{PREFIX}(\d+)(?:n\d+)?")


def run(*argv: str, text: str | None = None) -> str:
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{argv}: {done.stderr}{done.stdout}")
    return done.stdout


class Net:
    """A bridge with hosts; `name` says which process made them, and tells its nets apart."""

    _made = count()

    def __init__(self, names: Sequence[str], name: str = "") -> None:
        self.name = name or f"{PREFIX}{os.getpid()}n{next(self._made)}"
        self.names = tuple(names)

    def address(self, host: str) -> str:
        return f"10.99.8.{self.names.index(host) + 1}"

    def inside(self, host: str) -> tuple[str, ...]:
        return ("ip", "netns", "exec", f"{self.name}-{host}")

    def cut(self, one: str, other: str) -> None:
        """Drop everything between two hosts, silently, in both directions."""
        for here, there in ((one, other), (other, one)):
            for way in (("OUTPUT", "-d"), ("INPUT", "-s")):
                run(*self.inside(here), "iptables", "-w", "-A", way[0], way[1], self.address(there), "-j", "DROP")

    def mend(self) -> None:
        for host in self.names:
            run(*self.inside(host), "iptables", "-w", "-F")


@contextmanager
def net(names: Sequence[str]) -> Iterator[Net]:
    """Bring the hosts up; needs root."""
    for left in leftovers():
        _take_down(left)
    made = Net(names)
    bridge = f"{made.name}-br"
    try:
        run("ip", "netns", "add", bridge)
        run("ip", "-n", bridge, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", bridge, "link", "set", "br0", "up")
        for number, name in enumerate(names):
            host = f"{made.name}-{name}"
            run("ip", "netns", "add", host)
            run(*f"ip link add eth0 netns {host} type veth peer name p{number} netns {bridge}".split())
            run(*f"ip -n {bridge} link set p{number} master br0 up".split())
            run(*f"ip -n {host} addr add {made.address(name)}/24 dev eth0".split())
            for link in ("eth0", "lo"):
                run(*f"ip -n {host} link set {link} up".split())
        yield made
    finally:
        _take_down(made.name)


def leftovers() -> list[str]:
    """Names of nets whose maker is gone."""
    names = {line.split()[0].rsplit("-", 1)[0] for line in run("ip", "netns", "list").splitlines() if line.strip()}
    ours = {name: found[1] for name in names if (found := _NAME.fullmatch(name))}
    return [name for name, pid in ours.items() if not Path(f"/proc/{pid}").exists()]


def _take_down(name: str) -> None:
    hosts = [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line.startswith(f"{name}-")]
    for _ in range(50):
        pids = [int(pid) for host in hosts for pid in run("ip", "netns", "pids", host).split()]
        if not pids:
            break
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    for host in hosts:
        run("ip", "netns", "del", host)
