"""Writes a system's playbook, vars file, inventory and known hosts; it runs nothing and asks no cloud.

Untrusted text (the migration list's) is a value of vars.yml, tagged `!unsafe`, and nothing else: it is never
part of a template, a task's name, a host's name, a path or an address. What the templates are given has
passed `_valid`, `model.addresses` or an enum.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import jinja2
import orjson

from orchestrator import resources
from orchestrator.adapters.files import write_together, write_whole
from orchestrator.adapters.vars_text import Row, Unsafe, vars_text
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

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LOGIN = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
# Good logins that YAML 1.1 reads as something else; a login stands in the inventory without quotes.
_YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_FACT = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HOST_KEY = re.compile(r"(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{16,2048}={0,3}")


def _unsafe(text: str) -> Unsafe:
    # A lone surrogate (possible in JSON and YAML input) has no UTF-8 form: it becomes U+FFFD.
    return Unsafe(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _valid(pattern: re.Pattern[str], what: str, text: str) -> str:
    if not pattern.fullmatch(text) or text in RESERVED:
        raise Refused("render.name", what=what, value=ascii(text)[:80])
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A system's files as they were written.

    Attributes:
        digests: SHA-256, hex, of each by its name.
        playbook: the text of its playbook.
    """

    folder: Path
    digests: Mapping[str, str]
    playbook: str


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
        self._playbooks: dict[tuple[Workload, ...], str] = {}

    def render(self, spec: SystemSpec, out: Path, *, guests: Mapping[str, Guest]) -> Path:
        """Write the system's files under `out` and return their folder: `write` without what it tells beside."""
        return self.write(spec, out, guests=guests).folder

    def write(
        self,
        spec: SystemSpec,
        out: Path,
        *,
        guests: Mapping[str, Guest],
        beside: Mapping[str, str] = MappingProxyType({}),
    ) -> Written:
        """Write the system's files under `out`.

        Bare servers are in none of them: what Ansible does not know it never logs in to.

        Args:
            spec: what the system shall be.
            out: made if it is missing; the system's folder in it is named by the slug.
            guests: how each server is reached, by the server's name; may lack any or all.
            beside: texts of files that are not the system's own, by their names.

        Raises:
            Refused: `render.name`, `render.address` or `render.host-key` on a value that could be read as
                anything but the name, address or key it shall be.
            MigrateError: `file.not-a-folder`: a link or a file is in the folder's place.
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
        contents = {name: text.encode() for name, text in {**files, **beside}.items()}
        with storing(folder):
            out.mkdir(parents=True, exist_ok=True)
        write_together(folder, contents)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        return Written(folder=folder, digests=digests, playbook=files["playbook.yml"])

    def playbook(self, workloads: Iterable[Workload]) -> str:
        """Return the playbook of a system that has these workloads; nothing else of a system is in it."""
        wanted = tuple(sorted(set(workloads)))
        if wanted not in self._playbooks:
            self._playbooks[wanted] = self._playbook_template.render(workloads=wanted)
        return self._playbooks[wanted]

    def _vars(self, spec: SystemSpec, specs: Sequence[GuestSpec], hosts: Mapping[str, str]) -> str:
        facts = {_valid(_FACT, "fact", name): _unsafe(text) for name, text in sorted(spec.facts.items())}
        values = {
            "migrate_system": {"id": _unsafe(spec.system), "slug": spec.slug, "facts": facts},
            "migrate_guests": {
                guest.host: {
                    "server": guest.server,
                    "role": _unsafe(guest.role),
                    "ports": Row(services.ports(guest)),
                    "sources": Row(_sources(guest)),
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
        return vars_text(values)


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


def write_index(
    out: Path, batch: int, systems: Iterable[tuple[SystemSpec, Written]], *, shared: Iterable[Path] = ()
) -> Path:
    """Write `out/index.json`: for each system its folder, its specification's digest and each file's SHA-256.

    Args:
        out: the folder that holds the systems' folders.
        batch: its number.
        systems: each with what was written of it.
        shared: files in `out` that belong to all of them.
    """
    entries = [
        {"system": spec.system, "folder": made.folder.name, "digest": spec.digest, "files": dict(made.digests)}
        for spec, made in systems
    ]
    files = {path.relative_to(out).as_posix(): _sha256(path) for path in shared}
    told = {"batch": batch, "files": files, "systems": entries}
    text = orjson.dumps(told, option=orjson.OPT_INDENT_2)
    if not text.isascii():  # which the faster library would not escape
        text = json.dumps(told, ensure_ascii=True, indent=2).encode()
    write_whole(out / "index.json", text + b"\n", durable=False)
    return out / "index.json"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
