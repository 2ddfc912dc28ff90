"""A printable document as plain values: whoever writes it down decides how it looks, never what it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A numbered heading; level 1 or 2, 3 inside them."""

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
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    tall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What follows starts on a new page."""


Block = Heading | Paragraph | Grid | NewPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document.

    Attributes:
        lang: BCP 47 tag of its language.
        page: what stands beside the page number, with the placeholder `{page}`.
    """

    lang: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    page: str = "— {page} —"
