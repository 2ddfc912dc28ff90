"""Reads which roles a playbook uses, and names each by a digest of its files; it runs nothing and changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestrator.errors import MigrateError

# What interpreters, editors and linters leave beside a role's files, and no run ever reads; hidden files too.
_CACHES = frozenset({"__pycache__"})
_LEFT = ("~", ".pyc")


class _Loader(yaml.CSafeLoader):
    """Reads Ansible's YAML for its structure: what a tag such as `!unsafe` stands for does not matter here."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, _node: None)


def role_digests(playbook: str, roles: Path) -> Mapping[str, str]:
    """Return role → SHA-256, hex, for every role that the playbook uses, also by way of another role.

    Args:
        playbook: its YAML text.
        roles: the folder of roles.

    Raises:
        MigrateError: `playbook.no-role` if it uses one that is not there; `playbook.bad-role` if one is no YAML.
    """
    found: dict[str, str] = {}
    waiting = list(_named(_parsed(playbook)))
    while waiting:
        name = waiting.pop()
        folder = roles / name
        if name in found:
            continue
        if not folder.is_dir():
            raise MigrateError("playbook.no-role", role=name, folder=str(roles))
        found[name] = folder_digest(folder)
        waiting += _needed(folder)
    return dict(sorted(found.items()))


def folder_digest(folder: Path) -> str:
    """Return the SHA-256, hex, of a folder's relative paths and bytes, in the order of the paths, without caches."""
    whole = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*")):
        if path.is_file() and not _is_left(path.relative_to(folder)):
            whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _is_left(path: Path) -> bool:
    return any(part.startswith(".") or part in _CACHES for part in path.parts) or path.name.endswith(_LEFT)


def _needed(role: Path) -> Iterator[str]:
    """Yield the roles that a role uses: those its tasks import, and those it says it depends on."""
    for path in sorted(path for part in ("tasks", "handlers", "meta") for path in (role / part).rglob("*.yml")):
        try:
            content = _parsed(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise MigrateError("playbook.bad-role", role=role.name, file=str(path)) from error
        yield from _named(content)
        if path.parent.name == "meta" and isinstance(content, dict):
            for one in content.get("dependencies") or ():
                yield str(one.get("role", one.get("name")) if isinstance(one, dict) else one)


def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader that passes over Ansible's tags


def _named(document: Any) -> Iterator[str]:
    """Yield the names of all `import_role` and `include_role`, however deep."""
    if isinstance(document, list):
        for entry in document:
            yield from _named(entry)
    elif isinstance(document, dict):
        for key, value in document.items():
            if str(key).rpartition(".")[2] in {"import_role", "include_role"} and isinstance(value, dict):
                yield str(value.get("name"))
            else:
                yield from _named(value)
