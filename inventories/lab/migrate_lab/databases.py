"""The empty, migrated databases every cloud starts from: made once per version of the packages, then copied.

The migrations cost half a minute of processor time and say nothing about any one cloud.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import files
from .box import Box
from .progress import say, wait_for
from .shell import run

NAMES = ("keystone", "glance", "placement", "nova", "nova_api", "nova_cell0", "neutron", "cinder")
_PACKAGES = (
    "keystone", "glance-common", "placement-common", "nova-common", "neutron-common", "cinder-common", "mariadb-server"
)  # fmt: skip
_ML2 = "--config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini"
# Two lists, one per core; within a list the order matters.  Nova keeps no cloud's own words: it fills the braces in.
_MIGRATIONS = (
    (
        "nova-manage api_db sync",
        "nova-manage cell_v2 map_cell0 --database_connection {cell0}",
        "nova-manage cell_v2 create_cell --name cell1 --database_connection {cell1} --transport-url {transport}",
        "nova-manage db sync",
        "placement-manage db sync",
    ),
    (
        f"neutron-db-manage {_ML2} upgrade head",
        "cinder-manage db sync",
        "keystone-manage db_sync",
        "glance-manage db_sync",
    ),
)
_CLIENT = ("mariadb", "--defaults-file=/etc/mysql/lab.cnf")


def url(name: str) -> str:
    """Return how a service reaches its database: through the socket, known by its user id, so without a password."""
    return f"mysql+pymysql://root@localhost/{name}?unix_socket=/run/mysqld/mysqld.sock&charset=utf8"


def ping(box: Box) -> bool:
    """Say whether the database server of a cloud answers."""
    return box.succeeds("mariadb-admin", "--defaults-file=/etc/mysql/lab.cnf", "--connect-timeout=5", "ping", within=10)


def key() -> str:
    """Return what the migrated databases depend on, as a hash."""
    versions = run("dpkg-query", "-W", "-f=${Package} ${Version}\n", *_PACKAGES)
    return files.key_of(versions, repr((NAMES, _MIGRATIONS)), files.DATA / "cloud/etc/mysql/lab.cnf")


def ensure() -> Path:
    """Return the folder with the migrated databases, made if absent."""
    ready = files.cache() / f"databases-{key()}"
    if not ready.is_dir():
        _build(ready)
    return ready


def copy_to(datadir: Path) -> None:
    """Give a new cloud its own copy."""
    ready = ensure()
    with files.built(datadir) as work:
        run("cp", "-a", "--sparse=always", f"{ready}/.", work)


def _build(ready: Path) -> None:
    from .cloud import Cloud  # here, as cloud.py copies what is made with one

    scratch = Cloud("databases", number=0)
    scratch.box.destroy()
    with files.built(ready) as work:
        try:
            say("databases", "migrating, once for all clouds")
            datadir = scratch.folder / "var/lib/lab-mysql"
            datadir.mkdir(parents=True)
            scratch.start_box()
            scratch.box.run("chown", "mysql:", "/var/lib/lab-mysql")
            scratch.box.run("mariadb-install-db", "--defaults-file=/etc/mysql/lab.cnf", "--skip-test-db")
            scratch.start("mariadb")
            wait_for("databases", "MariaDB", lambda: ping(scratch.box), within=60)
            sql = "".join(f"CREATE DATABASE {name} CHARACTER SET utf8;" for name in NAMES)
            scratch.box.run(*_CLIENT, text=sql)
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda commands: _migrate(scratch.box, commands), _MIGRATIONS))
            scratch.stop("mariadb")
            run("cp", "-a", "--sparse=always", f"{datadir}/.", work)
            run("chown", "--reference", datadir, work)
        finally:
            scratch.box.destroy()
    files.prune(ready)
    say("databases", "migrated and kept")


def _migrate(box: Box, commands: tuple[str, ...]) -> None:
    words = {
        "{cell0}": url("nova_cell0"),
        "{cell1}": url("nova"),
        "{transport}": "{scheme}://{username}:{password}@{hostname}:{port}/",
    }
    for command in commands:
        box.run(*(words.get(word, word) for word in command.split()), within=900)
