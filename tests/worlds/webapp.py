"""A system of two parts, a file system and a database behind its pooler or proxy, each on machines of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from orchestrator.adapters.movers.kinds import Movers
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.model.machines import TreeServer
from orchestrator.model.move import Limits, WebappMove
from tests.worlds import files as trees
from tests.worlds import mariadb as maria
from tests.worlds import postgresql
from tests.worlds.files import SIDES, FilesWorld
from tests.worlds.net import Net, net
from tests.worlds.pairs import Pairs
from tests.worlds.postgresql import SECRET, World

HOSTS = (*postgresql.HOSTS, "fsrc", "ftgt")


class _Renamed(Net):
    """Hosts of a net by the names that a world of fewer parts gives them."""

    def __init__(self, hosts: Net, names: Mapping[str, str]) -> None:
        super().__init__(hosts.names, hosts.name)
        self._names = names

    def address(self, host: str) -> str:
        return super().address(self._names.get(host, host))

    def inside(self, host: str) -> tuple[str, ...]:
        return super().inside(self._names.get(host, host))


@dataclass(frozen=True, kw_only=True)
class WebappWorld:
    """Both parts; the service is a file beside the file system, which says that it runs."""

    net: Net
    folder: Path
    database: World
    files: FilesWorld
    move: WebappMove
    ssh: OpenSsh
    sessions: ProgramSessions
    mover: Movers

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def dsn(self) -> str:
        return self.database.dsn

    def service(self, host: str) -> Path:
        return self.files.folder / host / "runs"

    def running(self) -> list[str]:
        """The sides whose service runs."""
        return [host for host in SIDES if self.service(host).exists()]

    def writable(self) -> list[str]:
        """The sides where anything may be written; one of which only a part may be is told as such."""
        files, database = self.files.writable(), self.database.writable()
        return files if files == database else [*(f"files {host}" for host in files), *database]

    def await_following(self, *, back: bool = False) -> None:
        self.database.await_following(back=back)
        self.files.await_following()

    def client(self) -> Pairs:
        """Return a client that changes both parts from now on."""
        roots = [self.files.tree(host) for host in SIDES]
        return Pairs(self.dsn, SECRET, roots, self.net.inside("cli"))

    def assert_pairs(self, host: str, client: Pairs) -> None:
        """Check that a side has a row and a file for each change of a client that has ended, and nothing besides."""
        told = set(range(client.made))
        asked = f"select id % 1000000 from ledger where w = {client.w}"
        rows = {int(line) for line in self.database.sql(host, asked).split()}
        names = self.files.tree(host).glob(f"d*/pair-{client.w}-*")
        files = {int(path.name.rpartition("-")[2]): path.read_text() for path in names}
        assert (told ^ rows, told ^ files.keys()) == (set(), set())
        assert all(files[number] == str(number) for number in told)


@contextmanager
def webapp_world(slug: str = "system-1", *, mariadb: bool = False) -> Iterator[WebappWorld]:
    """Bring everything up, the sources filled, clients shown to the database's; `slug` names what is ours."""
    folder = Path(tempfile.mkdtemp(prefix="mvw-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        with net(HOSTS) as hosts:
            if mariadb:
                database = cast(World, maria.bring_up(hosts, folder, 200, False))
            else:
                database = postgresql.bring_up(hosts, folder, 200, ())
            yield _up(hosts, folder, slug, database)
    finally:
        shutil.rmtree(folder)


def _up(hosts: Net, folder: Path, slug: str, database: World) -> WebappWorld:
    # What is tested is what is lost: a busy machine may take its time.
    ten = timedelta(seconds=10)
    limits = Limits(hold=ten, step=ten, catch_up=ten, transaction=ten, undecided=timedelta(seconds=8))
    place = folder / "files"
    place.mkdir(mode=0o711)
    for name in ("identity", "identity.pub", "host_key", "host_key.pub", "known_hosts"):  # one controller, one key
        shutil.copy(folder / name, place / name)
    files = trees.bring_up(_Renamed(hosts, {"src": "fsrc", "tgt": "ftgt"}), place, {})
    service = {host: place / host / "runs" for host in SIDES}

    def served(server: TreeServer, host: str) -> TreeServer:
        return replace(
            server, stop=("rm", "-f", str(service[host])), start=("touch", str(service[host])), name=f"files-{host}"
        )

    seconds = files.move.limits.frozen + limits.frozen
    move = WebappMove(
        system="S-1",
        slug=slug,
        files=replace(
            files.move,
            slug=slug,
            source=served(files.move.source, "src"),
            target=served(files.move.target, "tgt"),
            limits=replace(files.move.limits, frozen=seconds),
        ),
        database=replace(database.move, slug=slug, limits=replace(limits, frozen=seconds)),
    )
    service["src"].touch()
    return WebappWorld(
        net=hosts,
        folder=folder,
        database=replace(database, move=move.database),  # type: ignore[arg-type]  # of PostgreSQL
        files=replace(files, move=move.files),
        move=move,
        ssh=database.ssh,
        sessions=database.sessions,
        mover=Movers(database.sessions),
    )
