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
# Of a play whose tasks can be counted; a play of another kind has roles, facts or tasks that stand elsewhere.
_COUNTABLE = frozenset({"name", "hosts", "gather_facts", "become", "vars", "vars_files", "tasks", "handlers"})
_ELSEWHERE = frozenset({"import_tasks", "import_playbook", "rescue"})


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


def count_tasks(playbook: str, roles: Path) -> int | None:
    """Return how many tasks a whole run of a playbook begins; None where only the run can tell, as with includes.

    Args:
        playbook: its YAML text.
        roles: the folder of roles.
    """
    try:
        return sum(_count(play.get("tasks", ()), roles) for play in _plays(_parsed(playbook)))
    except (_OnlyTheRunKnows, yaml.YAMLError, OSError, ValueError):
        return None


class _OnlyTheRunKnows(Exception):
    """What begins is not written down."""


def _plays(document: Any) -> Iterator[Mapping[str, Any]]:
    for play in document if isinstance(document, list) else [None]:
        if not isinstance(play, dict) or not play.keys() <= _COUNTABLE or play.get("gather_facts") is not False:
            raise _OnlyTheRunKnows
        yield play


def _count(tasks: Any, roles: Path) -> int:
    if not isinstance(tasks, list | tuple):
        raise _OnlyTheRunKnows
    total = 0
    for task in tasks:
        words = {str(key).rpartition(".")[2]: value for key, value in task.items()} if isinstance(task, dict) else {}
        if not words or any(word.startswith("include") for word in words) or words.keys() & _ELSEWHERE:
            raise _OnlyTheRunKnows
        if "block" in words:
            total += sum(_count(words.get(part, ()), roles) for part in ("block", "always"))
        elif isinstance(role := words.get("import_role"), dict):
            folder = roles / str(role.get("name"))
            if any(_depends(path) for path in (folder / "meta").glob("*.yml")):
                raise _OnlyTheRunKnows
            text = (folder / "tasks" / f"{role.get('tasks_from', 'main')}.yml").read_text(encoding="utf-8")
            total += _count(_parsed(text), roles)
        else:
            total += "meta" not in words
    return total


def _depends(meta: Path) -> bool:
    content = _parsed(meta.read_text(encoding="utf-8"))
    return not isinstance(content, dict) or bool(content.get("dependencies"))


def folder_digest(folder: Path) -> str:
    """Return the SHA-256, hex, of a folder's relative paths and bytes, in the order of the paths, without caches."""
    whole = hashlib.sha256()
    for name in role_files(folder):
        whole.update(f"{name}\0{hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def role_files(folder: Path) -> list[str]:
    """Return a role's files by their paths in its folder, sorted, without what editors and interpreters leave."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in files if not _is_left(path))


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
