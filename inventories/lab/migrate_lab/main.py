"""The command line: which words there are and what each does; every rule is in the other modules."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from . import contents, databases, files, image, listening, mirror, network, packages, rooms
from .cloud import DEFAULT, NUMBERS, Cloud
from .errors import LabError, NoAnswer, Refused
from .progress import out, say, wait_for

_LOCK_S = 1800.0  # longer than the slowest first `up`
_SEED_TRIES = 3
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 failed, 4 refused before anything was touched, 70 unexpected, 130 interrupted.
    """
    arguments = _parser().parse_args(argv)
    try:
        packages.check_machine()
        return int(arguments.run(arguments) or 0)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command continues\n")
        return INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"the lab's files or programs: {error}\n")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one sentence and a file, and never a traceback
        path = files.state() / "error.log"
        files.write(path, traceback.format_exc(), 0o600)
        sys.stderr.write(f"{type(error).__name__}: {error}\n  unexpected; how it came to it is in {path}\n")
        return 70


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="migrate lab", description="Real OpenStack clouds on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser
    add("install", help="install the Debian packages").set_defaults(run=_install)
    up = add("up", help="bring clouds and source machines up")
    up.add_argument("cloud", nargs="*", help=f"{', '.join(NUMBERS)}; by default {' and '.join(DEFAULT)}")
    up.add_argument("--fake", action="store_true", help="also a compute service that boots nothing, for scale")
    up.add_argument("--backup", action="store_true", help="also the volume backup service (dr has it always)")
    up.add_argument("--no-sources", action="store_true", help="without the source machines and the mirrors")
    up.set_defaults(run=_up)
    status = add("status", help="say what is up")
    status.add_argument("-o", "--output", choices=("table", "json"), default="table")
    status.set_defaults(run=_status)
    for name, action, text in (("down", _down, "stop clouds"), ("destroy", _destroy, "stop clouds and delete them")):
        command = add(name, help=f"{text}; without names the whole lab")
        command.add_argument("cloud", nargs="*")
        command.set_defaults(run=action)
    connect = add("connect", help="give a programme folder the lab's clouds, keys and mirrors")
    connect.add_argument("folder")
    connect.set_defaults(run=_connect)
    clean = add("clean", help="delete what the project has made in a cloud")
    clean.add_argument("cloud")
    clean.set_defaults(run=_clean)
    quota = add("quota", help="set the project's quotas for so many servers")
    quota.add_argument("cloud")
    quota.add_argument("--servers", type=int, required=True)
    quota.set_defaults(run=_quota)
    for name in ("start", "stop"):
        command = add(name, help=f"{name} single services of a cloud")
        command.add_argument("cloud")
        command.add_argument("service", nargs="+")
        command.set_defaults(run=_start_stop, verb=name)
    return parser


@contextmanager
def _lock() -> Iterator[None]:
    """Let one command change the lab at a time."""
    with (files.state() / "lock").open("a+") as stream:

        def free() -> bool:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        if not free():
            stream.seek(0)
            holder = f"another command to end (process {stream.read().strip() or 'unknown'})"
            say("lab", f"waiting for {holder}")
            wait_for("lab", holder, free, within=_LOCK_S, pause=0.5)
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield


def _install(_: argparse.Namespace) -> None:
    packages.install()


def _up(arguments: argparse.Namespace) -> None:
    clouds = [Cloud(name) for name in dict.fromkeys(arguments.cloud or DEFAULT)]
    packages.require()
    with _lock():
        network.ensure_backbone()
        image.ensure()
        if not arguments.no_sources:
            mirror.ensure()
        if any(cloud.fresh for cloud in clouds):
            databases.ensure()

        def one(cloud: Cloud) -> None:
            cloud.up(fake=arguments.fake, backup=arguments.backup)
            if arguments.fake:
                _persistently(cloud, contents.seed_fake)
            _persistently(cloud, contents.seed)

        _side_by_side([partial(one, cloud) for cloud in clouds] + ([] if arguments.no_sources else [rooms.up]))
        _write_clouds_yaml()
        say("lab", f"up: {', '.join(cloud.name for cloud in clouds)}; clouds.yaml is in {files.state()}")


def _side_by_side(jobs: Sequence[Callable[[], None]]) -> None:
    """Do all jobs, two at a time; each ends by itself, and all that went wrong is told."""
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        futures = [pool.submit(job) for job in jobs]
        failed = [error for error in (future.exception() for future in futures) if error]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # who interrupts does not wait for the others
    if unexpected := [error for error in failed if not isinstance(error, LabError)]:
        raise unexpected[0]
    if failed:
        raise LabError("\n".join(map(str, failed)))


def _persistently(cloud: Cloud, seed: Callable[[Cloud], None]) -> None:
    """Give a cloud its contents; what is there is kept, so an answer that was lost is asked for again."""
    for _ in range(_SEED_TRIES - 1):
        try:
            return seed(cloud)
        except NoAnswer as error:
            say(cloud.name, f"once more, as {str(error).splitlines()[0]}")
    return seed(cloud)


def _existing() -> dict[str, Cloud]:
    clouds = {name: Cloud(name) for name in NUMBERS}
    return {name: cloud for name, cloud in clouds.items() if (cloud.folder / "seeded").exists()}


def _write_clouds_yaml() -> None:
    files.write(files.state() / "clouds.yaml", contents.clouds_yaml(_existing()), 0o600)


def _status(arguments: argparse.Namespace) -> int:
    report: dict[str, dict[str, Any]] = {}
    for name in NUMBERS:
        cloud = Cloud(name)
        if not cloud.folder.exists():
            continue
        services = cloud.status()
        up = cloud.box.pid is not None
        deaf = listening.deaf(cloud) if up else []
        report[name] = {
            "kind": "cloud",
            "up": up,
            "ready": up and not deaf and cloud.ready(),
            "deaf": deaf,
            "memory_mib": round(cloud.box.memory_mib()) if up else 0,
            "running": [service for service, pid in services.items() if pid],
            "stopped": [service for service, pid in services.items() if not pid],
        }
    for source in rooms.SOURCES:
        box = source.box
        if box.folder.exists():
            up = box.pid is not None
            answers = up and source.answers()
            report[source.name] = {
                "kind": "source",
                "up": up,
                "ready": answers,
                "deaf": list(source.services) if up and not answers else [],
                "memory_mib": round(box.memory_mib()) if up else 0,
                "address": source.address,
                "room": source.room,
            }
    if arguments.output == "json":
        out(json.dumps(report, indent=2))
    else:
        for name, facts in report.items():
            word = (
                "ready" if facts["ready"] else "deaf" if facts["deaf"] else "up, not ready" if facts["up"] else "down"
            )
            deaf = ", ".join(map(str, facts["deaf"]))
            out(f"{name:<15} {facts['kind']!s:<7} {word:<14} {facts['memory_mib']:>6} MiB  {deaf}".rstrip())
            if facts["deaf"]:
                out(f"{'':<15} {'':<7} `migrate lab up` starts it again")
        if not report:
            out("nothing is here yet: `migrate lab up`")
    running = [facts for facts in report.values() if facts["up"]]
    return 0 if running and all(facts["ready"] for facts in running) else 1


def _down(arguments: argparse.Namespace) -> None:
    with _lock():
        clouds = [Cloud(name) for name in arguments.cloud or NUMBERS]
        _side_by_side([cloud.down for cloud in clouds])
        if not arguments.cloud:
            rooms.down()
            network.unplug()


def _destroy(arguments: argparse.Namespace) -> None:
    _down(arguments)
    with _lock():
        for name in arguments.cloud or NUMBERS:
            Cloud(name).destroy()
        if arguments.cloud:
            _write_clouds_yaml()
        else:
            for path in (path for path in files.state().iterdir() if path.name != "lock"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            say("lab", "deleted; the cache is kept")


def _connect(arguments: argparse.Namespace) -> None:
    rooms.connect(Path(arguments.folder))


def _clean(arguments: argparse.Namespace) -> None:
    with _lock():
        contents.clean(Cloud(arguments.cloud))


def _quota(arguments: argparse.Namespace) -> None:
    with _lock():
        contents.set_quota(Cloud(arguments.cloud), arguments.servers)
    say(arguments.cloud, f"quotas set for {arguments.servers} servers")


def _start_stop(arguments: argparse.Namespace) -> None:
    cloud = Cloud(arguments.cloud)
    if unknown := [name for name in arguments.service if name not in cloud.services]:
        raise Refused(f"no such service: {', '.join(unknown)}", f"known: {', '.join(cloud.services)}")
    with _lock():
        {"start": cloud.revive, "stop": cloud.stop}[arguments.verb](*arguments.service)
    say(cloud.name, f"{arguments.verb}: {', '.join(arguments.service)}")
