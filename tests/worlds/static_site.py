"""A programme's folder for a static site: an nginx on either side, and an address of its own that goes with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from tests.worlds.files import SIDES, FilesWorld, files_world
from tests.worlds.files_site import FilesSite
from tests.worlds.net import Net
from tests.worlds.postgresql import World

PUBLIC = "10.99.8.100"
FRONT = 8080  # where the proxy listens, on the source's machine
HOST = "www.example.test"
_CONF = """user root;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 80 default_server; return 404; }}
  server {{ listen 80; server_name {host}; root {root}; add_header X-Side {side} always; }}
}}
"""
_FRONT_CONF = """global
  stats socket {folder}/src/front.sock level admin mode 600
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
frontend site
  bind *:{port}
  default_backend sides
backend sides
  server source {source}:80
  server target 0.0.0.0:80 disabled
"""
# Whoever has it tells everybody so.
_TAKE = """#!/usr/bin/python3
import fcntl, socket, struct, subprocess
subprocess.run(["ip", "addr", "replace", "{public}/24", "dev", "eth0"], check=True)
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.bind(("eth0", 0x806))
mac = fcntl.ioctl(line, 0x8927, struct.pack("256s", b"eth0"))[18:24]
ours = mac + socket.inet_aton("{public}")
line.send(b"\\xff" * 6 + mac + b"\\x08\\x06\\x00\\x01\\x08\\x00\\x06\\x04\\x00\\x01" + ours + b"\\xff" * 6 + ours[6:])
"""
_LEAVE = "#!/bin/sh\nip addr del {public}/24 dev eth0 2>/dev/null || :\n"


@dataclass(frozen=True)
class StaticSite(FilesSite):
    """As `FilesSite`; what is ended and begun on a side is that people are led there."""

    kind: ClassVar[str] = "static"

    def running(self) -> list[str]:
        """The sides that people are led to."""
        return [host for host in SIDES if PUBLIC in self.files.sh(host, "ip -4 -o addr show dev eth0")]

    def moved(self) -> dict[str, object]:
        told = super().moved()
        for end, host in zip(("source", "target"), SIDES, strict=True):
            tree = cast(dict[str, object], told[end])
            words = {
                "stop": [str(self.files.folder / host / "leave")],
                "start": [str(self.files.folder / host / "take")],
            }
            told[end] = {**tree, **words}
        return {**told, "host": HOST, "paths": ["/", "/d1/f1.dat"], "probe": {"address": PUBLIC, "rate": 100}}

    def configure(self, host: str, root: str = "") -> None:
        """Have a side's nginx serve another folder, or its tree again."""
        place = self.files.folder / host
        (place / "nginx/nginx.conf").write_text(_configured(place, root))
        self.files.sh(host, "nginx -s reload")


@dataclass(frozen=True)
class ProxiedSite(StaticSite):
    """As `StaticSite`; people are led by a HAProxy on the source's machine, which does not know where the target is."""

    def running(self) -> list[str]:
        """The sides that the proxy leads to."""
        said = self.files.sh("src", f"echo 'show servers state sides' | socat - UNIX-CONNECT:{self._socket}")
        rows = [line.split() for line in said.splitlines() if line[:1].isdigit() and " " in line]
        named = {row[3]: int(row[6]) % 2 == 0 for row in rows}
        return [host for host, name in zip(SIDES, ("source", "target"), strict=True) if named[name]]

    @property
    def _socket(self) -> Path:
        return self.files.folder / "src/front.sock"

    def moved(self) -> dict[str, object]:
        told = super().moved()
        for end in ("source", "target"):
            told[end] = {"path": cast(dict[str, object], told[end])["path"]}
        address = self.files.net.address("src")
        return {
            **told,
            "proxy": {"address": address, "port": FRONT, "socket": str(self._socket), "backend": "sides"},
            "probe": {"address": address, "port": FRONT, "rate": 100},
        }

    def restart_proxy(self) -> None:
        """Have it forget what it was told since it read its configuration."""
        pid = self.files.folder / "src/front.pid"
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGKILL)
        told = _FRONT_CONF.format(folder=self.files.folder, port=FRONT, source=self.files.net.address("src"))
        (self.files.folder / "src/front.cfg").write_text(told)
        self.files.sh("src", f"haproxy -D -f {self.files.folder}/src/front.cfg -p {pid}")


def _configured(place: Path, root: str = "") -> str:
    return _CONF.format(folder=place, host=HOST, root=root or place / "data", side=place.name)


def configured(folder: Path, host: str) -> None:
    """Give a machine, before it is up, the nginx that serves its tree."""
    shutil.copytree("/etc/nginx", folder / host / "nginx")
    (folder / host / "nginx/nginx.conf").write_text(_configured(folder / host))


def web_servers(running: FilesWorld) -> None:
    """Start nginx on both sides."""
    for host in SIDES:
        served = ["nsenter", "-t", str(running.pids[host]), "-m", "-n", "nginx", "-g", "daemon off;"]
        subprocess.Popen(served, stdin=subprocess.DEVNULL)


def _given(hosts: Net, folder: Path) -> None:
    del hosts
    for host in SIDES:
        place = folder / host
        configured(folder, host)
        for name, text in (("take", _TAKE), ("leave", _LEAVE)):
            (place / name).write_text(text.format(public=PUBLIC))
            (place / name).chmod(0o755)


@contextmanager
def static_site(folder: Path, kind: type[StaticSite] = StaticSite) -> Iterator[StaticSite]:
    """Bring up both servers and the programme; people are led to the source, and nothing of the move is begun."""
    with files_world(given=_given) as running:
        made = kind(cast(World, running), folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        (running.tree("src") / "index.html").write_text("<title>站点</title>")
        web_servers(running)
        if isinstance(made, ProxiedSite):
            made.restart_proxy()
        else:
            running.sh("src", str(running.folder / "src/take"))
        made.declare(approvals="none", windows="any")
        made.list()
        yield made
