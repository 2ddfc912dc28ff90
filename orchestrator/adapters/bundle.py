"""Makes a folder of rendered systems whole: with the roles they use and Ansible's settings it runs where we are not.

It knows where Ansible looks: for `ansible.cfg` in the folder it is called in, for roles where that file says. So
the settings stand twice, beside each playbook (for a person) and at the top (for AWX, whose project is the folder).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from orchestrator.adapters.files import ensure_folder, write_whole
from orchestrator.adapters.roles import role_digests, role_files
from orchestrator.errors import Refused

_README = "README.md"
_FOLDER = 0o755  # names of roles; the files are private
_CONFIG = "ansible.cfg"
_ROLES = "roles"
_OURS = "# Written by `migrate render`; do not edit.\n"
_ROLES_PATH = "roles_path = roles\n"
# Run from the top, as AWX does, or beside a playbook.
_HOW = "# ansible-playbook -i {folder}inventory.yml {folder}playbook.yml\n"


def require_ours(out: Path) -> None:
    """Refuse a folder in which somebody else keeps roles or settings of Ansible.

    Raises:
        Refused: `render.foreign`.
    """
    config = out / _CONFIG
    if config.is_file() and config.read_bytes().startswith(_OURS.encode()):
        return
    if taken := [name for name in (_CONFIG, _ROLES, _README) if (out / name).exists() or (out / name).is_symlink()]:
        raise Refused("render.foreign", out=str(out), names=", ".join(taken))


def beside_each(playbooks: Path) -> Mapping[str, str]:
    """Return what stands beside each system's own files, by name: the settings that a person's Ansible finds there."""
    settings = _settings(playbooks / _CONFIG).replace(_ROLES_PATH, f"roles_path = ../{_ROLES}\n")
    return {_CONFIG: _OURS + _HOW.format(folder="") + settings}


def write_bundle(out: Path, texts: Iterable[str], *, playbooks: Path, readme: str) -> list[Path]:
    """Write what the rendered systems need beside themselves, and return the files that all of them share.

    Args:
        out: the folder, which `require_ours` has let pass.
        texts: each system's playbook.
        playbooks: the folder with the roles and with Ansible's settings.
        readme: how the folder is used, in the person's language.

    Raises:
        MigrateError: `file.not-a-folder`: a link stands where the roles go; `playbook.no-role`, `playbook.bad-role`.
    """
    settings = _settings(playbooks / _CONFIG)
    _put(out / _CONFIG, _OURS + _HOW.format(folder="SYSTEM/") + settings)  # first: it says that the folder is ours
    _put(out / _README, readme)
    # Anew as a whole: Ansible also obeys the file of a role that an earlier version had and this one has not.
    shutil.rmtree(out / _ROLES, ignore_errors=True)
    ensure_folder(out / _ROLES, mode=_FOLDER)
    return [out / _CONFIG, out / _README, *_copied(sorted(set(texts)), playbooks / _ROLES, out / _ROLES)]


def _copied(playbook_texts: Iterable[str], roles: Path, to: Path) -> Iterator[Path]:
    for role in sorted({role for text in playbook_texts for role in role_digests(text, roles)}):
        for name in role_files(roles / role):
            copy = to / role / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            _put(copy, (roles / role / name).read_bytes())
            yield copy


def _settings(config: Path) -> str:
    """Return the settings without what is said at their top about where the tool itself keeps them."""
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(lines[next(at for at, line in enumerate(lines) if not line.startswith("#")) :])
    if _ROLES_PATH not in text:
        raise ValueError(f"{config} has no line {_ROLES_PATH!r}")
    return text


def _put(path: Path, content: str | bytes) -> None:
    write_whole(path, content, durable=False)  # it can be rendered again
