"""Says what a file is by its content, since its name may say anything."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_HEAD = 4096
_SIGNS = (
    (b"%PDF", "pdf"), (b"{\\rtf", "rtf"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"SQLite format 3", "sqlite"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams inside an OLE file, which is a small file system.
_STREAMS = (
    ("EncryptedPackage", "xlsx with a password"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"),
)  # fmt: skip
_PARTS = (
    ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"), ("content.xml", "ods"),
)  # fmt: skip
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|style|body|table|div|script)\b", re.I | re.S
)
_XML = re.compile(r"\s*<\?xml\b", re.I)
_JSON = re.compile(r"\s*(?:\[\s*\{|\{\s*\"|\[\s*\[)")
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
TEXT = "text"


def kind_of(path: Path) -> str:
    """Return what a file is: `xlsx`, `xls`, `html` …, `text` for any other text, `zip` for any other archive.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    for sign, kind in _SIGNS:
        if head.startswith(sign) and not (sign.isalpha() and b"," in head[:200]):
            return kind
    if head.startswith(_OLE):
        data = path.read_bytes()
        return next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in data), "xls")
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if _HTML.match(text) or (_XML.match(text) and re.search(r"<html\b", text, re.I)):
        return "html"
    if _XML.match(text):
        return "xml (Excel 2003)" if "Excel.Sheet" in text or "office:spreadsheet" in text else "xml"
    return "json" if _JSON.match(text) else TEXT


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return "zip"
    return next((kind for part, kind in _PARTS if part in names), "zip")
