"""A console that makes visible whatever it is given, before it lays it out; only `streams` makes one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.protocol import rich_cast
from rich.segment import Segment
from rich.table import Table
from rich.text import Span, Text

from orchestrator.reporting.visible import visible

# A table in a pipe or file is as wide as this.
_PLAIN_WIDTH = 200


class _Shown(Text):
    """A text that was made visible, which happens once."""


class CleanConsole(Console):
    """Every text of every table comes by `render`; what that makes of it holds our own controls alone."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render an object with its texts made visible."""
        known = rich_cast(renderable)
        if isinstance(known, Table):
            _widen(known)
        return super().render(_shown(known), options)


def _widen(table: Table) -> None:
    """Make a table's cells visible before it measures them: an escape is wider than what it stands for."""
    for column in table.columns:
        column.header, column.footer = _shown(column.header), _shown(column.footer)
        column._cells = [_shown(cell) for cell in column._cells]


def on(file: TextIO) -> Console:
    """Return a console on a stream; a pipe or file gets plain text at full width."""
    # A value is neither markup, which makes links, nor an emoji's name.
    made = CleanConsole(file=file, markup=False, emoji=False, highlight=False)
    if made.is_terminal:
        return made
    return CleanConsole(file=file, markup=False, emoji=False, highlight=False, width=_PLAIN_WIDTH, no_color=True)


def _shown(renderable: Any) -> Any:
    """Return a text with nothing hidden in it; anything else as it is, for its own texts come by later."""
    if isinstance(renderable, str):
        return _Shown(visible(renderable))
    if not isinstance(renderable, Text) or isinstance(renderable, _Shown):
        return renderable
    plain = renderable.plain
    clean = visible(plain)
    if clean is plain:
        return renderable
    made = _Shown(
        clean,
        style=renderable.style,
        justify=renderable.justify,
        overflow=renderable.overflow,
        no_wrap=renderable.no_wrap,
        end=renderable.end,
        tab_size=renderable.tab_size,
    )
    made.spans = [
        Span(len(visible(plain[: span.start])), len(visible(plain[: span.end])), span.style)
        for span in renderable.spans
    ]
    return made
