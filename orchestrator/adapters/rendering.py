"""Writes a system's playbook, vars file, inventory and known hosts; it runs nothing and asks no cloud.

Untrusted text (the migration list's) is a value of vars.yml, tagged `!unsafe`, and nothing else: it is never
part of a template, a task's name, a host's name, a path or an address. What the templates are given has
passed `_valid`, `model.addresses` or an enum.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import yaml

from orchestrator import resources
from orchestrator.adapters.files import ensure_folder, write_whole
from orchestrator.checks import services
from orchestrator.errors import Refused, storing
from orchestrator.model import addresses
from orchestrator.model.plan import GuestSpec, SystemSpec
from orchestrator.model.result import Guest
from orchestrator.model.system import Workload
from orchestrator.planning.pipelines import is_configured
from orchestrator.planning.specs import RESERVED

# Where each workload keeps its data; a data disk is mounted there.
DATA_FOLDERS: Mapping[Workload, str] = {
    Workload.NGINX: "/var/www",
    Workload.POSTGRESQL: "/var/lib/postgresql",
    Workload.MARIADB: "/var/lib/mysql",
}

# What a system's folder may hold; the last only where the folder stands for itself (`bundle`).
_FILES = ("playbook.yml", "vars.yml", "inventory.yml", "known_hosts", "ansible.cfg")

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LOGIN = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
# Good logins that YAML 1.1 reads as something else; a login stands in the inventory without quotes.
_YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_FACT = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HOST_KEY = re.compile(r"(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{16,2048}={0,3}")


class _Unsafe(str):
    """Text of the list; written with a tag that keeps Ansible from ever templating it."""

    __slots__ = ()


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature; anchors do not read well
        return True


class _Row(list[object]):
    """A short list, written on one line."""


_Dumper.add_representer(
    _Row, lambda dumper, row: dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)
_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def _unsafe(text: str) -> _Unsafe:
    # A lone surrogate (possible in JSON and YAML input) has no UTF-8 form: it becomes U+FFFD.
    return _Unsafe(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _valid(pattern: re.Pattern[str], what: str, text: str) -> str:
    if not pattern.fullmatch(text) or text in RESERVED:
        raise Refused("render.name", what=what, value=ascii(text)[:80])
    return text


class PlaybookRenderer:
    """Renders systems into folders that `ansible-playbook` runs; the same input gives the same bytes.

    Attributes:
        mirror: folder with `<workload>.tar`, each a flat apt repository for servers without internet.
    """

    def __init__(self, mirror: Path, *, templates: Path | None = None) -> None:
        self.mirror = mirror.absolute()
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader((templates or resources.path("templates")) / "playbook"),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - YAML, not HTML; every value given to a template is validated
            # Ansible's own {{ }} stand in these templates as they are.
            variable_start_string="[[",
            variable_end_string="]]",
            block_start_string="[%",
            block_end_string="%]",
            comment_start_string="[#",
            comment_end_string="#]",
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._playbook_template = environment.get_template("playbook.yml.j2")
        self._inventory_template = environment.get_template("inventory.yml.j2")

    def render(self, spec: SystemSpec, out: Path, *, guests: Mapping[str, Guest]) -> Path:
        """Write the system's files under `out` and return their folder.

        Bare servers are in none of them: what Ansible does not know it never logs in to.

        Args:
            spec: what the system shall be.
            out: made if it is missing; the system's folder in it is named by the slug.
            guests: how each server is reached, by the server's name; may lack any or all.

        Raises:
            Refused: `render.name`, `render.address` or `render.host-key` on a value that could be read as
                anything but the name, address or key it shall be.
        """
        specs = [guest for part in spec.parts for guest in part.guests if is_configured(guest)]
        for guest in specs:
            _valid(_SLUG, "host", guest.host)
            _valid(_SLUG, "server", guest.server)
            if _valid(_LOGIN, "user", guest.user) in _YAML_WORDS:
                raise Refused("render.name", what="user", value=guest.user)
        if len({guest.host for guest in specs}) < len(specs):
            raise Refused("render.name", what="host", value=spec.slug)
        reached = {guest.host: guests[guest.server] for guest in specs if guest.server in guests}
        hosts = {host: _address(guest.address) for host, guest in reached.items()}

        files = {
            "playbook.yml": self.playbook(guest.workload for guest in specs),
            "vars.yml": self._vars(spec, specs, hosts),
            "inventory.yml": self._inventory_template.render(guests=specs, addresses=hosts, groups=_groups(specs)),
            "known_hosts": "".join(
                f"{hosts[host]} {_key(key)}\n" for host, guest in reached.items() for key in guest.host_keys
            ),
        }
        folder = out / _valid(_SLUG, "system", spec.slug)
        with storing(folder):
            out.mkdir(parents=True, exist_ok=True)
            ensure_folder(folder)
        for name, text in files.items():
            write(folder / name, text)
        return folder

    def playbook(self, workloads: Iterable[Workload]) -> str:
        """Return the playbook of a system that has these workloads; nothing else of a system is in it."""
        return self._playbook_template.render(workloads=sorted(set(workloads)))

    def _vars(self, spec: SystemSpec, specs: Sequence[GuestSpec], hosts: Mapping[str, str]) -> str:
        facts = {_valid(_FACT, "fact", name): _unsafe(text) for name, text in sorted(spec.facts.items())}
        values = {
            "migrate_system": {"id": _unsafe(spec.system), "slug": spec.slug, "facts": facts},
            "migrate_guests": {
                guest.host: {
                    "server": guest.server,
                    "role": _unsafe(guest.role),
                    "ports": _Row(services.ports(guest)),
                    "sources": _Row(_sources(guest)),
                    "data_disk_gib": int(guest.data_disk_gib),
                    "data_folder": DATA_FOLDERS[guest.workload],
                    "neighbours": {host: found for host, found in hosts.items() if host != guest.host},
                }
                for guest in specs
            },
            "migrate_mirror": {
                guest.workload.value: {"archive": _unsafe(str(self.mirror / f"{guest.workload}.tar"))}
                for guest in sorted(specs, key=lambda guest: guest.workload)
            },
        }
        # A width that is never reached: a folded value is hard to read and to find.
        return yaml.dump(
            values, Dumper=_Dumper, explicit_start=True, allow_unicode=True, sort_keys=False, width=1 << 20
        )


def _key(text: str) -> str:
    if not _HOST_KEY.fullmatch(text):
        raise Refused("render.host-key", value=ascii(text)[:80])
    return text


def _address(text: str) -> str:
    found = addresses.address(text)
    if not found:
        raise Refused("render.address", value=ascii(text)[:80])
    return found


def _sources(guest: GuestSpec) -> list[str]:
    """Return the networks that may reach the workload, as CIDR."""
    networks = {addresses.network(opening.source) for opening in guest.openings}
    if "" in networks:
        raise Refused("render.address", value=guest.host)
    return sorted(networks)


def _groups(specs: Iterable[GuestSpec]) -> list[tuple[str, list[str]]]:
    """Return inventory groups; their underscores keep them apart from host names, which are slugs."""
    groups: dict[str, list[str]] = {}
    for guest in specs:
        groups.setdefault(f"workload_{guest.workload}", []).append(guest.host)
    return sorted((group, sorted(hosts)) for group, hosts in groups.items())


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, its owner's alone.

    Not forced to disk: a rendered file can be rendered again, and ten thousand fsyncs take minutes.
    """
    write_whole(path, text, durable=False)


def write_index(
    out: Path, batch: int, systems: Iterable[tuple[SystemSpec, Path]], *, shared: Iterable[Path] = ()
) -> Path:
    """Write `out/index.json`: for each system its folder, its specification's digest and each file's SHA-256.

    Args:
        out: the folder that holds the systems' folders.
        batch: its number.
        systems: each with its folder.
        shared: files in `out` that belong to all of them.
    """
    entries = [
        {
            "system": spec.system,
            "folder": folder.name,
            "digest": spec.digest,
            "files": {path.name: _sha256(path) for path in map(folder.joinpath, _FILES) if path.exists()},
        }
        for spec, folder in systems
    ]
    text = io.StringIO()
    files = {path.relative_to(out).as_posix(): _sha256(path) for path in shared}
    json.dump({"batch": batch, "files": files, "systems": entries}, text, ensure_ascii=True, indent=2)
    write(out / "index.json", text.getvalue() + "\n")
    return out / "index.json"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
