"""Where the data folders are: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def path(folder: str) -> Path:
    """Return one of `inventories`, `playbooks`, `seeds`, `templates`.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    for candidate in (_PACKAGE / "_data" / folder, _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(folder)
