"""A printable document as plain values: whoever writes it down decides how it looks, never what it says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A numbered heading; level 1 or 2, 3 inside them. It never stands alone at the foot of a page."""

    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; `shares` are the columns' parts of the width, an empty cell is a blank to be filled in by hand.

    Attributes:
        name: language-free; programs and tests find the table by it.
        tall: its rows are as high as a signature takes.
        together: it stands on one page; only for what fits one.
        with_next: it stands on the page of what follows.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    tall: bool = False
    together: bool = False
    with_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What follows starts on a new page; `wide` ones are for tables: narrow margins, small text."""

    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The list of all headings of level 1 and 2 that follow."""

    text: str


Block = Heading | Paragraph | Grid | NewPage | Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document.

    Attributes:
        lang: BCP 47 tag of its language.
        title: its lines; each is broken where its meaning allows.
        cover: facts of a page of its own; without any, the title stands over the text.
        page: what stands beside the page number, with the placeholder `{page}`.
    """

    lang: str
    title: tuple[str, ...]
    subtitle: str
    blocks: tuple[Block, ...]
    cover: tuple[str, ...] = field(default=())
    page: str = "— {page} —"

    @property
    def name(self) -> str:
        """The title on one line."""
        return (" " if self.lang == "en" else "").join(self.title)
