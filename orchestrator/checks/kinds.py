"""Which preflight judges which kind of move, and by which methods it can be carried out."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.checks import parts, preflight_webapp
from orchestrator.checks.parts import Judge
from orchestrator.checks.preflight_routes import led
from orchestrator.model.move import Kind, Method

PREFLIGHTS: Mapping[Kind, Judge] = {
    kind: led(judge) for kind, judge in {**parts.PREFLIGHTS, Kind.WEBAPP: preflight_webapp.preflight}.items()
}
CARRIED_OUT: Mapping[Kind, tuple[Method, ...]] = {**parts.CARRIED_OUT, Kind.WEBAPP: (Method.TOGETHER,)}
