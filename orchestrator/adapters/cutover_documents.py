"""Writes a document as one self-contained HTML file, and as a docx in the form of Chinese official papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from orchestrator import resources
from orchestrator.model.document import Block, Document, Grid, Heading, NewPage, Paragraph

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import Table
    from docx.text.run import Run

# GB/T 9704-2012: fonts by name, for they may not be shipped; WPS and Word replace what is missing.
_TITLE, _BODY, _FIRST, _SECOND, _LATIN = "方正小标宋_GBK", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
# 2号, 3号 and 小五 in points; tables are set smaller than the standard's text or they would not fit the page.
_TITLE_PT, _BODY_PT, _TABLE_PT = 22, 16, 9
_TOP_MM, _BOTTOM_MM, _LEFT_MM, _RIGHT_MM = 37, 35, 28, 26
_WIDTH_MM = 210 - _LEFT_MM - _RIGHT_MM
_TALL_MM = 18
# Left and right of a cell's text, in twentieths of a point: a millimetre; Word's two leave no room for numbers.
_CELL_TWIPS = 57


def write_html(path: Path, document: Document) -> None:
    """Write one HTML file that needs no other and no network; every text in it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("templates") / "cutover"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    blocks = [{"kind": type(block).__name__, "value": block} for block in document.blocks]
    text = environment.get_template("plan.html.j2").render(document=document, blocks=blocks)
    path.write_text(text + "\n", encoding="utf-8")


def write_docx(path: Path, document: Document) -> None:
    """Write a docx: A4, the standard's margins, fonts and page numbers; table headers repeat on every page."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paper = docx.Document()
    _page(paper, document.page)
    _style(paper)
    paper.core_properties.title = document.title
    paper.core_properties.author = ""
    for text, font, points in ((document.title, _TITLE, _TITLE_PT), (document.subtitle, _SECOND, 12)):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _font(line.add_run(text), font, points)
    for block in document.blocks:
        _block(paper, block, chinese=document.lang.startswith("zh"))
    paper.save(str(path))


def _page(paper: Docx, footer: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(_TOP_MM), Mm(_BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(_LEFT_MM), Mm(_RIGHT_MM)
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = footer.partition("{page}")
    line.add_run(before)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    line._p.append(number)
    line.add_run(after)


def _style(paper: Docx) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = paper.styles["Normal"]
    normal.font.name = _LATIN
    normal.font.size = Pt(_BODY_PT)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)
    normal.paragraph_format.space_after = Pt(0)


def _font(run: Run, name: str, points: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run.font.name = _LATIN
    run.font.size = Pt(points)
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _block(paper: Docx, block: Block, *, chinese: bool) -> None:
    from docx.enum.text import WD_BREAK
    from docx.shared import Pt

    if isinstance(block, Heading):
        heading = paper.add_heading(level=block.level)
        _font(heading.add_run(block.text), {1: _FIRST, 2: _SECOND}.get(block.level, _BODY), _BODY_PT)
    elif isinstance(block, Paragraph):
        line = paper.add_paragraph()
        _font(line.add_run(block.text), _BODY, _BODY_PT)
        if chinese:
            line.paragraph_format.first_line_indent = Pt(2 * _BODY_PT)
    elif isinstance(block, Grid):
        _table(paper, block)
    elif isinstance(block, NewPage):
        paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _table(paper: Docx, grid: Grid) -> None:
    from docx.shared import Mm

    table = paper.add_table(rows=1 + len(grid.rows), cols=len(grid.header))
    table.style = "Table Grid"
    table.autofit = False
    for column, share in zip(table.columns, grid.shares, strict=True):
        column.width = Mm(_WIDTH_MM * share / sum(grid.shares))
    # Row by row from the cells' own list: asking the table for each cell is quadratic in python-docx.
    for row, texts in zip(table.rows, (grid.header, *grid.rows), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            _font(cell.paragraphs[0].add_run(text), _FIRST if texts is grid.header else _BODY, _TABLE_PT)
        if grid.tall and texts is not grid.header:
            row.height = Mm(_TALL_MM)
    _set_up(table)


def _set_up(table: Table) -> None:
    """Repeat the header on every page, break no row over two, and give the cells narrow margins."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(_CELL_TWIPS))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The schema puts the margins right before the look of the table.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
