"""Reads the programme's `clouds.yaml` as the list is read: every problem at once, with line and key; no secret is told.

openstacksdk reads the file itself when it connects. What it would stumble over, or take in silence and send, is
found here before: its keys are those of https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from orchestrator.adapters.intake.credentials import shorten
from orchestrator.adapters.intake.yamltext import YamlError, parse_yaml
from orchestrator.model.problem import Problem, Severity

_OTHERS = 0o077
_MAX_BYTES = 2**20
_INTERFACES = frozenset({"public", "internal", "admin", "publicURL", "internalURL", "adminURL"})
_TEXT = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_FALSE = frozenset({"false", "no", "off", "n", "0"})
_APPLICATION = "v3applicationcredential"
_PASSWORD = frozenset({"", "password", "v3password"})
# openstacksdk still takes the older words.
_PROJECT = ("project_name", "project_id", "tenant_name", "tenant_id")
_SCOPE = (*_PROJECT, "domain_id", "domain_name", "system_scope", "trust_id")
_FILES = ("cacert", "cert", "key")

Tell = Callable[..., Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudsFile:
    """What was found.

    Attributes:
        addresses: cloud → its auth_url, for those that have one.
        problems: errors, which refuse the file, and notes.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> int:
        """How many of the problems refuse the file."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(slots=True)
class _Entry:
    """One cloud's keys with their nodes: `auth` and its parent together, as openstacksdk takes them."""

    name: str
    line: int
    keys: dict[str, tuple[str, Node, str]] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """Return the first of these keys that says something."""
        for name in names:
            _, node, _ = self.keys.get(name, ("", None, ""))
            if isinstance(node, ScalarNode) and node.tag != _NULL and node.value.strip():
                return str(node.value).strip()
        return ""

    def has(self, *names: str) -> bool:
        return bool(self.text(*names))


def read_clouds(path: Path, names: Iterable[str]) -> CloudsFile:
    """Read the entries of these clouds; a `secure.yaml` beside the file completes them. A missing file is none."""
    files = [file for file in (path, path.with_name("secure.yaml")) if file.is_file()]
    problems: list[Problem] = []
    roots: dict[str, MappingNode] = {}
    for file in files:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & _OTHERS:
            told = {"path": str(file), "mode": f"{mode:04o}"}
            problems.append(Problem(code="clouds.open-file", file=file.name, value=f"{mode:04o}", values=told))
        root, found = _tree(file)
        problems += found
        if root is not None:
            roots[file.name] = root
    if len(roots) < len(files) or not files:
        return CloudsFile(problems=tuple(problems))
    addresses: dict[str, str] = {}
    known = sorted({name for root in roots.values() for name, _ in _pairs(_child(root, "clouds"))})
    for name in names:
        entry = _entry(name, roots)
        if entry is None:
            values = {"name": name, "known": ", ".join(map(shorten, known)) or "-"}
            problems.append(Problem(code="clouds.no-cloud", file=path.name, value=name, values=values))
            continue
        problems += _faults(entry, path.name)
        if entry.has("auth_url"):
            addresses[name] = entry.text("auth_url")
    return CloudsFile(addresses=addresses, problems=tuple(problems))


def _tree(file: Path) -> tuple[MappingNode | None, list[Problem]]:
    """Return the file's nodes; of a file that is no YAML the place alone can be told."""
    data = file.read_bytes()[: _MAX_BYTES + 1]
    if len(data) > _MAX_BYTES:
        return None, [Problem(code="yaml.too-large", file=file.name)]
    try:
        parse_yaml(data)
    except YamlError as error:
        if error.reason != "duplicate-key":
            mark = getattr(error.__cause__, "problem_mark", None)
            column = f", column {mark.column + 1}" if mark else ""
            place = f"line {error.line}{column}" if error.line else ""
            tab = mark is not None and _at(data, mark) == "\t"
            code = "clouds.tab" if tab else f"yaml.{error.reason}"
            return None, [Problem(code=code, file=file.name, cell=place, values={"key": error.key})]
    root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader)
    if not isinstance(root, MappingNode) or not isinstance(_child(root, "clouds"), MappingNode):
        return None, [Problem(code="clouds.no-clouds", file=file.name)]
    return root, list(_twice(root, file.name, ""))


def _at(data: bytes, mark: yaml.Mark) -> str:
    lines = data.decode("utf-8-sig").splitlines()
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""


def _twice(node: MappingNode, file: str, above: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, value in _pairs(node):
        key = f"{above}.{name}" if above else name
        if name in seen:
            yield Problem(
                code="yaml.duplicate-key", file=file, cell=f"{key} (line {_line(value)})", values={"key": shorten(key)}
            )
        seen.add(name)
        if isinstance(value, MappingNode):
            yield from _twice(value, file, key)


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield str(key.value), value


def _child(node: Node | None, name: str) -> Node | None:
    return next((value for key, value in _pairs(node) if key == name), None)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _entry(name: str, roots: Mapping[str, MappingNode]) -> _Entry | None:
    """Return a cloud's keys from all files; the later file and the inner key win."""
    entry = None
    for file, root in roots.items():
        clouds = _child(root, "clouds")
        node = _child(clouds, name)
        if node is None:
            continue
        lines = (_line(key) for key, _ in getattr(clouds, "value", ()) if getattr(key, "value", "") == name)
        entry = entry or _Entry(name, next(lines, 0))
        above = f"clouds.{name}"
        entry.keys |= {key.replace("-", "_"): (f"{above}.{key}", value, file) for key, value in _pairs(node)}
        inner = _pairs(_child(node, "auth"))
        entry.keys |= {key.replace("-", "_"): (f"{above}.auth.{key}", value, file) for key, value in inner}
    return entry


def _faults(entry: _Entry, file: str) -> Iterator[Problem]:
    def tell(code: str, key: str, *, severity: Severity = Severity.ERROR, value: str = "", **values: str) -> Problem:
        where, node, found = entry.keys.get(key, (f"clouds.{entry.name}.auth.{key}", None, file))
        place = f"{where} (line {_line(node) if node is not None else entry.line})"
        told = {"cloud": entry.name, "key": key, "value": shorten(value), **values}
        return Problem(code=code, severity=severity, file=found, cell=place, value=shorten(value), values=told)

    if not (entry.has("profile") or entry.has("cloud")):
        yield from (tell("clouds.missing-key", key) for key in _missing(entry))
    for key in ("username", "password", "project_name", "application_credential_secret"):
        node = entry.keys.get(key, ("", None, ""))[1]
        if isinstance(node, ScalarNode) and node.tag not in (_TEXT, _NULL):
            yield tell("clouds.not-text", key)
    yield from _address(entry, tell)
    for key in _FILES:
        named = entry.text(key)
        if named and not Path(named).expanduser().is_file():
            yield tell("clouds.no-file", key, value=named)
    for key in ("interface", "endpoint_type"):
        named = entry.text(key)
        if named and named not in _INTERFACES:
            yield tell("clouds.bad-interface", key, value=named)
    if entry.text("verify").lower() in _FALSE:
        yield tell("clouds.not-verified", "verify", severity=Severity.WARNING)


def _address(entry: _Entry, tell: Tell) -> Iterator[Problem]:
    address = entry.text("auth_url")
    if not address:
        return
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or parts.username or parts.password:
        yield tell("clouds.bad-address", "auth_url")  # it may hold a password: the value is not told
    elif parts.scheme == "http":
        yield tell("clouds.plain-http", "auth_url", severity=Severity.WARNING, host=str(parts.hostname))


def _missing(entry: _Entry) -> Iterator[str]:
    """Give the keys that are needed and say nothing; of those that may stand for each other the usual one."""
    if not entry.has("auth_url"):
        yield "auth_url"
    kind = entry.text("auth_type", "auth_plugin").lower()
    named = entry.has("application_credential_id", "application_credential_name")
    if kind == _APPLICATION or (kind in _PASSWORD and named):
        yield from _missing_of_application(entry)
    elif kind in _PASSWORD:
        yield from _missing_of_password(entry)


def _missing_of_application(entry: _Entry) -> Iterator[str]:
    if not entry.has("application_credential_secret"):
        yield "application_credential_secret"
    if entry.has("application_credential_id"):
        return
    if not entry.has("application_credential_name"):
        yield "application_credential_id"
    elif not entry.has("user_id", "username"):
        yield "username"


def _missing_of_password(entry: _Entry) -> Iterator[str]:
    if not entry.has("username", "user_name", "user_id"):
        yield "username"
    if not entry.has("password"):
        yield "password"
    if not entry.has(*_SCOPE):
        yield "project_name"
    either = ("default_domain", "default_domain_id", "default_domain_name")
    by_name = entry.has("username", "user_name") and not entry.has("user_id")
    if by_name and not entry.has("user_domain_id", "user_domain_name", *either):
        yield "user_domain_name"
    by_project = entry.has("project_name", "tenant_name") and not entry.has("project_id", "tenant_id")
    if by_project and not entry.has("project_domain_id", "project_domain_name", *either):
        yield "project_domain_name"
