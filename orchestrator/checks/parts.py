"""Which preflight judges which kind of data, and by which methods it can be carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from orchestrator.checks import (
    preflight,
    preflight_external,
    preflight_files,
    preflight_mariadb,
    preflight_rehost,
    preflight_static,
)
from orchestrator.checks.preflight import Facts, Preflight
from orchestrator.model.move import Kind, Method


class Judge(Protocol):
    """Judges what both sides said and chooses the method."""

    def __call__(
        self,
        move: Any,
        source: Facts,
        target: Facts,
        *,
        override: Method | None = None,
        methods: tuple[Method, ...] = ...,
    ) -> Preflight:
        """Return what was found and the move with its method."""


PREFLIGHTS: Mapping[Kind, Judge] = {
    Kind.POSTGRESQL: preflight.preflight,
    Kind.MARIADB: preflight_mariadb.preflight,
    Kind.FILES: preflight_files.preflight,
    Kind.STATIC: preflight_static.preflight,
    Kind.EXTERNAL: preflight_external.preflight,
    Kind.REHOST: preflight_rehost.preflight,
}
# By this release; what speaks against other methods is told all the same.
CARRIED_OUT: Mapping[Kind, tuple[Method, ...]] = {
    Kind.POSTGRESQL: (Method.LOGICAL, Method.PHYSICAL, Method.DUMP),
    Kind.MARIADB: (Method.LOGICAL,),
    Kind.FILES: (Method.RSYNC, Method.TAR),
    Kind.STATIC: (Method.RSYNC, Method.TAR),
    Kind.EXTERNAL: (Method.EXTERNAL,),
    Kind.REHOST: (Method.DISK,),
}
