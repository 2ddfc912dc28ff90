"""Makes an image of a machine's disk on a cloud: of a source that stands still, or said by a person not to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from orchestrator.errors import Refused
from orchestrator.execution.moving import Movement, recorded
from orchestrator.model.image import ImageSpec
from orchestrator.model.life import Life
from orchestrator.model.move import RehostMove
from orchestrator.model.plan import Owner
from orchestrator.model.result import CheckResult, Ensured, failing
from orchestrator.ports.move import Imager, ImageStore

SENDING = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaged:
    """What came of it.

    Attributes:
        image: None where a check forbade it.
        left: what could not be taken away again on the keeper.
    """

    checks: tuple[CheckResult, ...]
    image: Ensured | None
    left: tuple[str, ...]


def require_disk(life: Life) -> RehostMove:
    """Return what moves, where that is a whole disk.

    Raises:
        Refused: `image.no-disk`.
    """
    move = recorded(life) if "move" in life.facts else None
    if not isinstance(move, RehostMove):
        raise Refused("image.no-disk", system=life.system)
    return move


def make_image(
    movement: Movement, life: Life, imager: Imager, store: ImageStore, *, programme: str, running: bool
) -> tuple[Life, Imaged]:
    """Bring the copy up to date, make a copy of it fit, and send that.

    Args:
        movement: reaches the machines.
        life: syncing or rehearsed; `settled`.
        imager: makes the copy fit and reads it.
        store: where the image is to be.
        programme: slug.
        running: whether a person accepts an image of a system that went on writing.
    """
    move = require_disk(life)
    movement.keep()
    began = movement.clock.now().isoformat(timespec="seconds")
    # As of a rehearsal: whoever comes after us, if we are killed, takes the copy away first.
    life = movement.lives.learn(life, rehearsing=began)
    movement.evidence.record("move.imaging", system=life.system, running=running)
    checks: tuple[CheckResult, ...] = ()
    image: Ensured | None = None
    left: tuple[str, ...] = ()
    try:
        with imager.made(move, running=running) as made:
            checks = tuple(made.checks)
            if not failing(checks):
                owner = Owner(programme=programme, system=move.slug, key="image")
                spec = ImageSpec(name=f"{programme}-{move.slug}", owner=owner, size=move.size)
                image = store.ensure_image(spec, made.read(), deadline=SENDING)
    finally:
        left = movement.mover.ensure_unrehearsed(move)
    movement.evidence.record(
        "move.imaged",
        system=life.system,
        image=asdict(image) if image else None,
        checks=[asdict(check) for check in checks],
        left=list(left),
    )
    return (life if left else movement.lives.learn(life, rehearsing=None)), Imaged(
        checks=checks, image=image, left=left
    )
