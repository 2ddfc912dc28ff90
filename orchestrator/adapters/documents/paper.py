"""Makes a document into a docx in the form of Chinese official papers.

The frame (styles, margins, page numbers) is python-docx's; the text is written as WordprocessingML row by row, for
ten thousand rows as python-docx's objects take minutes and gigabytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from orchestrator.model.document import Block, Contents, Document, Grid, Heading, NewPage, Paragraph

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.styles.style import ParagraphStyle

# GB/T 9704-2012: fonts by name, for they may not be shipped; WPS and Word replace what is missing.
_TITLE, _BODY, _FIRST, _SECOND, _LATIN = "方正小标宋_GBK", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
# 2号, 3号 and 小五 in points; tables are set smaller than the standard's text or they would not fit the page.
_TITLE_PT, _BODY_PT, _TABLE_PT, _SMALL_PT = 22.0, 16.0, 8.5, 8.5
# The standard's margins for text; top, right, bottom, left, mm.
_TEXT_MM, _WIDE_MM = (37, 26, 35, 28), (15, 13, 15, 13)
_PAGE_MM = (210, 297)
_TALL_MM = 12
# Twentieths of a point, in which WordprocessingML measures, in a millimetre.
_TWIPS = 1440 / 25.4
# Left and right of a cell's text, mm; Word's 1.9 leave no room for numbers.
_CELL_MM = 0.6
_BODY_PART = "word/document.xml"
# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx_of(document: Document) -> bytes:
    """Return a docx: A4, the standard's margins, fonts and page numbers; table headers repeat on every page."""
    import docx

    paper = docx.Document()
    _styles(paper, chinese=document.lang.startswith("zh"))
    _footer(paper, document.page)
    paper.core_properties.title = document.name
    paper.core_properties.author = ""
    frame, saved = io.BytesIO(), io.BytesIO()
    paper.save(frame)
    with zipfile.ZipFile(frame) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != _BODY_PART:
                new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
        # python-docx's own root and section: they name the namespaces and the footer.
        begun, _, rest = old.read(_BODY_PART).decode().partition("<w:body>")
        footer = "".join(re.findall(r"<w:footerReference [^>]*/>", rest))
        entry = zipfile.ZipInfo(_BODY_PART)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with new.open(entry, "w") as part:
            part.write(f"{begun}<w:body>".encode())
            for text in _body(document, footer):
                part.write(text.encode())
            part.write(b"</w:body></w:document>")
    return saved.getvalue()


def _body(document: Document, footer: str) -> Iterator[str]:
    """Yield the text; each part ends with its section, which holds its margins."""
    first, *more = document.title
    yield _line("CoverTitle" if document.cover else "PaperTitle", first)
    yield from (_line("PaperTitle", text) for text in more)
    yield _line("PaperSubtitle", document.subtitle)
    wide, headings = False, 0
    if document.cover:
        yield from (_line("CoverFact", text) for text in document.cover)
        yield _ended(footer, wide=False)
    for block in document.blocks:
        if isinstance(block, NewPage):
            yield _ended(footer, wide=wide)
            wide = block.wide
        elif isinstance(block, Heading):
            headings += 1
            yield _line(f"Heading{block.level}", block.text, place=headings)
        elif isinstance(block, Contents):
            yield from _contents(block, document.blocks)
        elif isinstance(block, Paragraph):
            yield _line("Small" if wide else "Text", block.text)
        else:
            _, right, _, left = _WIDE_MM if wide else _TEXT_MM
            yield from _table(block, _PAGE_MM[0] - right - left)
    yield _section(footer, wide=wide)


def _line(style: str, text: str, *, place: int = 0) -> str:
    run = f'<w:r><w:t xml:space="preserve">{_safe(text)}</w:t></w:r>' if text else ""
    if place:
        run = f'<w:bookmarkStart w:id="{place}" w:name="_Toc{place}"/>{run}<w:bookmarkEnd w:id="{place}"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def _contents(block: Contents, blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield a line for each heading with its page, which the reader's program fills in."""
    yield _line("ContentsTitle", block.text)
    headings = (block for block in blocks if isinstance(block, Heading))
    for place, heading in enumerate(headings, start=1):
        if heading.level < 3:
            yield (
                f'<w:p><w:pPr><w:pStyle w:val="Contents{heading.level}"/></w:pPr>'
                f'<w:hyperlink w:anchor="_Toc{place}"><w:r><w:t xml:space="preserve">{_safe(heading.text)}</w:t></w:r>'
                f'<w:r><w:tab/></w:r><w:fldSimple w:instr=" PAGEREF _Toc{place} \\h " w:dirty="true"/>'
                "</w:hyperlink></w:p>"
            )


def _table(grid: Grid, width: int) -> Iterator[str]:
    """Yield a table: its header on every page, no row over two, and after it a line, or two tables would be one."""
    widths = [round(width * _TWIPS * share / sum(grid.shares)) for share in grid.shares]
    margins = "".join(f'<w:{side} w:w="{round(_CELL_MM * _TWIPS)}" w:type="dxa"/>' for side in ("left", "right"))
    columns = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )
    yield _row(grid.header, widths, "CellHeader", "<w:tblHeader/>")
    height = f'<w:trHeight w:val="{round(_TALL_MM * _TWIPS)}"/>' if grid.tall else ""
    for number, texts in enumerate(grid.rows, start=1):
        kept = grid.together and (number < len(grid.rows) or grid.with_next)
        yield _row(texts, widths, "CellKept" if kept else "Cell", height)
    yield f"</w:tbl>{_line('GapKept' if grid.with_next else 'Gap', '')}"


def _row(texts: tuple[str, ...], widths: list[int], style: str, properties: str) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_line(style, text)}</w:tc>'
        for text, width in zip(texts, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{cells}</w:tr>"


def _ended(footer: str, *, wide: bool) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{_section(footer, wide=wide)}</w:pPr></w:p>'


def _section(footer: str, *, wide: bool) -> str:
    top, right, bottom, left = (round(mm * _TWIPS) for mm in (_WIDE_MM if wide else _TEXT_MM))
    width, height = (round(mm * _TWIPS) for mm in _PAGE_MM)
    return (
        f'<w:sectPr>{footer}<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        ' w:header="425" w:footer="425" w:gutter="0"/></w:sectPr>'
    )


def _safe(text: str) -> str:
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))


def _footer(paper: Docx, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = paper.sections[0].footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = text.partition("{page}")
    line.add_run(before)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    line._p.append(number)
    line.add_run(after)


def _styles(paper: Docx, *, chinese: bool) -> None:
    """Give every kind of line its style: a heading stays with its text, no line of a paragraph stands alone."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm, Pt

    def style(name: str, font: str, points: float, *, keep: bool = False, centred: bool = False) -> ParagraphStyle:
        made: ParagraphStyle = (
            paper.styles[name] if name in paper.styles else paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        _font(made, font, points)
        layout = made.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing = 1.0
        layout.widow_control = True
        layout.keep_with_next = layout.keep_together = keep
        if centred:
            layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return made

    style("Normal", _BODY, _BODY_PT)
    text = style("Text", _BODY, _BODY_PT)
    if chinese:
        text.paragraph_format.first_line_indent = Pt(2 * _BODY_PT)
    style("Small", _BODY, _SMALL_PT, keep=True)
    style("Cell", _BODY, _TABLE_PT)
    style("CellKept", _BODY, _TABLE_PT, keep=True)
    style("CellHeader", _FIRST, _TABLE_PT, keep=True)
    style("Gap", _BODY, 4)
    style("GapKept", _BODY, 4, keep=True)
    for level, (font, points) in enumerate(((_FIRST, _BODY_PT), (_SECOND, _BODY_PT), (_BODY, 12)), start=1):
        layout = style(f"Heading {level}", font, points, keep=True).paragraph_format
        layout.space_before = Pt(6)
    style("PaperTitle", _TITLE, _TITLE_PT, keep=True, centred=True)
    style("CoverTitle", _TITLE, _TITLE_PT, keep=True, centred=True).paragraph_format.space_before = Mm(55)
    style("PaperSubtitle", _SECOND, 12, centred=True).paragraph_format.space_after = Pt(12)
    style("CoverFact", _BODY, 14, centred=True).paragraph_format.space_after = Pt(8)
    style("ContentsTitle", _FIRST, _BODY_PT, keep=True, centred=True)
    edge = Mm(_PAGE_MM[0] - _TEXT_MM[1] - _TEXT_MM[3])
    for level in (1, 2):
        layout = style(f"Contents{level}", _BODY, 14).paragraph_format
        layout.left_indent = Mm(10 * (level - 1))
        layout.tab_stops.add_tab_stop(edge, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _font(style: ParagraphStyle, name: str, points: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name = _LATIN
    style.font.size = Pt(points)
    style.font.bold = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    # The theme's fonts would go before those that are named.
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
