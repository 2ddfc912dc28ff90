"""Makes a document into one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator

import jinja2

from orchestrator import resources
from orchestrator.model.document import Block, Document, Heading, NewPage


def html_of(document: Document) -> bytes:
    """Return one HTML file that needs no other and no network; every text in it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("templates") / "document"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["id_of"] = id
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    made = environment.get_template("page.html.j2").generate(
        document=document,
        parts=tuple(_parts(document)),
        # A heading is found by its place among all of them: two may have the same words.
        places={id(heading): number for number, heading in enumerate(headings, start=1)},
        headings=[(number, heading) for number, heading in enumerate(headings, start=1) if heading.level < 3],
    )
    return b"".join(text.encode() for text in made) + b"\n"


def _parts(document: Document) -> Iterator[tuple[bool, list[tuple[str, Block]]]]:
    """Yield (wide, its blocks) for all that stands between two new pages."""
    wide, blocks = False, list[tuple[str, Block]]()
    for block in document.blocks:
        if isinstance(block, NewPage):
            yield wide, blocks
            wide, blocks = block.wide, []
        else:
            blocks.append((type(block).__name__, block))
    yield wide, blocks
