"""Tells the records of a sheet from the other rows of a form: headers again, numbers, hints, totals, notes, lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from orchestrator.adapters.intake.amounts import Day, Quantity
from orchestrator.adapters.intake.cells import Raw, is_blank, says_nothing, text_of
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.dressing import header_keys
from orchestrator.adapters.intake.fold import header_key, narrow
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.headers import Header
from orchestrator.adapters.intake.kinds import ID_PATTERN, Address, Bad, Choice, Flag, Openings

_ID = re.compile(ID_PATTERN)
_SUM = "合计|小计|总计|累计|总数"
TOTAL = re.compile(
    rf"(?:(?:本[页表]|全[省市县区部]|[省市县区]直|以上)?(?:{_SUM}|(?:grand)?total|subtotal|sum)数?(?:[:(\d].*)?|共计.*|总共.*)",
    re.IGNORECASE,
)
# In the cell of the id, where no name of a system stands: 市财政局小计.
_TOTAL_OF = re.compile(rf".{{1,30}}(?:{_SUM})(?:[:(\d].*)?")
_NOTE = re.compile(
    r"(?:注|备注|附注|说明|填[表报]说明|(?:数据|资料)?来源|(?:单位|部门|系统)?(?:主要|分管|主管)?(?:负责人|领导)|"
    r"(?:填[表报]|制表|审[核批定]|复核|经办|联系|责任|报送)人?|制表|信息员|签[字名章]|公章|盖章|"
    r"(?:填[表报]|制表|审[核批]|报送|上报|打印|导出)?(?:日期|时间)|(?:联系|办公)?电话|手机|(?:填[表报]|报送)?单位(?:名称)?)"
    r"(?:签[字名章]|盖章|公章)?(?:\([^()]*\))?\d*:.*"
)
_END = re.compile(
    r"(?:以下|余下|下[页面栏]?)(?:为?空白|空|无正文|无内容|无数据)|此页无正文|本页完|\(?续表\)?|[接转见][上下]页|"
    r"第\d+页(?:[,/]?共\d+页)?|共\d+页(?:[,/]?第\d+页)?|(?:全文|表格?)?(?:完|结束)|\(?(?:签[字名章]|盖章|公章)\)?|"
    r"(?:\d{4}|二〇..)?年(?:\d{1,2}|[一二三四五六七八九十]{1,2})?月(?:\d{1,2}|[一二三四五六七八九十]{1,3})?日|endof(?:list|table|file)"
)
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]{1,4}[、.,:]|[(（][一二三四五六七八九十\d]{1,4}[)）]|第[一二三四五六七八九十\d]{1,4}(?:部分|类|批|章|节)|"
    r"(?:附件|附表|表)[一二三四五六七八九十\d]*).*"
)
_EXAMPLE_WORD = "(?:填[写表报])?(?:示例|样例|范例|举例|示范|样表)"
_EXAMPLE = re.compile(rf"(?:{_EXAMPLE_WORD}|例|example|sample|e\.?g\.?)(?:行|数据)?[:.]?\d{{0,2}}", re.IGNORECASE)
_EXAMPLE_BEFORE = re.compile(rf"(?:{_EXAMPLE_WORD}|例如?|如):.+|[(\[【](?:{_EXAMPLE_WORD}|例)[)\]】].+")
_EXAMPLE_REMARK = re.compile(
    rf"[(\[【]?(?:[此本该]行)?[为是]?{_EXAMPLE_WORD}(?:行|数据)?(?:[,，。;；].{{0,20}}|请.{{0,12}})?[)\]】]?"
)
_HINT = re.compile(
    r"填|选|必[须填]|格式|^例|例如|^如|数字|整数|编号$|编号规则|全称|简称|下拉|见附[件表录]|\d至|级至|限\d|不超过|字以?内|"
    r"请|按照?|最多|yyyy|单位:",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[(（]?(?:第|栏)?(\d{1,3})[列栏]?[)）]?(?:=.*)?")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ORDINALS = frozenset({"", "序号", "序", "行号", "号", "项次", "编号", "no", "sn", "num", "number", "index"})
_TELLING = (Choice, Flag, Quantity, Day, Address, Openings)
_FEW = 2
_HINTED_ROWS = 3


class Sort(Enum):
    """What a row is: a record, one of what is passed over in silence, or one that is told once."""

    RECORD = auto()
    PASSED = auto()  # blank, or only the form speaks: its header again, column numbers, totals, signatures
    LINE = auto()  # a heading or a line of text between the records
    HINTS = auto()  # what to fill in
    EXAMPLE = auto()
    NO_RECORD = auto()  # something is filled in, but nothing by which a record is known
    TABLE = auto()  # the header of another table


class RowSorter:
    """Sorts the rows of one sheet; a row that has a valid id beside the other columns it needs is a record at once."""

    def __init__(self, grid: Grid, header: Header) -> None:
        self._grid, self._header, self._spec = grid, header, header.spec
        columns = header.columns
        self._known = {index: name for name, index in columns.items()}
        self._identity = columns.get("id", columns.get("system_id", -1))
        self._required = sorted(columns[name] for name in header.spec.required)
        self._labels = [columns[name] for name in ("unit", "name") if name in columns]
        self._beside = [index for index in self._required if index != self._identity]
        rows = grid.rows[: header.data_row]
        self._above = {(at, _squeezed(cell)) for cells in rows for at, cell in enumerate(cells) if not is_blank(cell)}
        self._words = {name.casefold() for column in self._spec.columns for name in column.names()}
        self._ordinals = {index for index, text in header.unknown.items() if header_key(text) in _ORDINALS}

    def sort(self, row: int) -> Sort:
        """Return what a row is."""
        cells = self._grid.rows[row]
        if self._grid.section:
            return Sort.PASSED if all(map(is_blank, cells)) else Sort.RECORD
        if self._is_whole(cells):
            return Sort.EXAMPLE if self._is_example(cells) else Sort.RECORD
        meant = [index for index, cell in enumerate(cells) if not says_nothing(cell)]
        if not meant or self._only_ordinals(cells, meant):
            return Sort.PASSED
        if self._repeats_above(cells, meant):
            return Sort.PASSED
        again = self._heads(cells, meant)
        if again is not None:
            return again
        if self._numbers(cells, meant) or self._totals(cells, meant) or self._notes(cells, meant):
            return Sort.PASSED
        if row < self._header.data_row + _HINTED_ROWS and self._hints(cells, meant):
            return Sort.HINTS
        if self._is_example(cells):
            return Sort.EXAMPLE
        return self._line(cells, meant)

    def _at(self, cells: Sequence[Raw], index: int) -> Raw:
        return cells[index] if 0 <= index < len(cells) else None

    def _has_id(self, cells: Sequence[Raw]) -> bool:
        return _ID.fullmatch(narrow(text_of(self._at(cells, self._identity)))) is not None

    def _is_whole(self, cells: Sequence[Raw]) -> bool:
        """Tell whether there is a valid id, and a text in each other column that a record needs."""
        beside = [self._at(cells, index) for index in self._beside]
        # Numbers and letters alone, as of a row of column numbers, are no names.
        worded = any(
            isinstance(cell, str) and len(cell.strip()) > 1 and not cell.strip().isdecimal() for cell in beside
        )
        return worded and not any(map(is_blank, beside)) and self._has_id(cells) and not self._names_columns(beside)

    def _names_columns(self, cells: Sequence[Raw]) -> bool:
        return all(isinstance(cell, str) and cell.strip().casefold() in self._words for cell in cells)

    def _is_example(self, cells: Sequence[Raw]) -> bool:
        first = next((cell for cell in cells if not is_blank(cell)), None)
        if isinstance(first, str) and _means_example(first):
            return True
        named = (self._at(cells, index) for index in (self._identity, *self._labels))
        if any(isinstance(cell, str) and _means_example_of(cell) for cell in named):
            return True
        remark = self._at(cells, self._header.columns.get("remarks", -1))
        return isinstance(remark, str) and _says_example(remark)

    def _only_ordinals(self, cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a row of the form waits to be filled in: it has its number and nothing else."""
        return all(index in self._ordinals and text_of(cells[index]).strip().isdecimal() for index in meant)

    def _repeats_above(self, cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a row is one of those above the records again, as where each printed page has its header."""
        return all((index, _squeezed(cells[index])) in self._above for index in meant)

    def _heads(self, cells: Sequence[Raw], meant: Sequence[int]) -> Sort | None:
        """Return PASSED for the header again, TABLE for that of another table, None for no header."""
        same = other = 0
        for index in meant:
            cell = self._at(cells, index)
            if not isinstance(cell, str):
                continue
            keys = header_keys(cell)
            field = next((self._spec.by_key[key].field for key in keys if key in self._spec.by_key), None)
            if field is not None and self._known.get(index) == field:
                same += 1
            elif field is not None or any(key in spec.by_key for spec in SHEETS for key in keys[:1]):
                other += 1
        known = sum(index in self._known for index in meant)
        if same * 2 > known and not (other and same < _FEW):
            return Sort.TABLE if self._moved(cells, meant) else Sort.PASSED
        return Sort.TABLE if same + other > _FEW and (same + other) * 2 > len(meant) else None

    def _moved(self, cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a header names a column of the table where another one was."""
        for index in meant:
            by_key = self._spec.by_key
            field = next((by_key[key].field for key in header_keys(text_of(cells[index])) if key in by_key), None)
            if field is not None and index in self._known and self._known[index] != field:
                return field in self._header.columns
        return False

    @staticmethod
    def _numbers(cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a row numbers the columns: 1 2 3 …, (1) (2) …, 甲 乙 1 2 …, 栏次 1 2 …."""
        texts = ["".join(narrow(text_of(cells[index])).split()) for index in meant]
        while texts and (texts[0] in _STEMS or header_key(texts[0]) in {"栏次", "列号", "栏号", "列次", "序号"}):
            texts = texts[1:]
        if len(texts) > _FEW and "".join(texts).upper() in _LETTERS:
            return True
        found = [_NUMBERED.fullmatch(text) for text in texts]
        numbers = [int(match.group(1)) for match in found if match]
        return len(numbers) == len(texts) > _FEW and all(later == one + 1 for one, later in pairwise(numbers))

    def _totals(self, cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a row is a sum; a valid id beside a unit and a name never is one."""
        labels = [_squeezed(self._at(cells, index)) for index in self._labels]
        if all(labels) and labels and not any(map(TOTAL.fullmatch, labels)):
            return False
        identity = self._at(cells, self._identity)
        first = _squeezed(cells[meant[0]])
        if not says_nothing(identity) and self._identity != meant[0] and not TOTAL.fullmatch(_squeezed(identity)):
            return False
        return (
            bool(TOTAL.fullmatch(first))
            or any(map(TOTAL.fullmatch, labels))
            or (meant[0] in {self._identity, *self._ordinals} and bool(_TOTAL_OF.fullmatch(first)))
        )

    def _notes(self, cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a row signs or annotates the form: each label with its name, in its cell or in the next one."""
        identity = self._at(cells, self._identity)
        if not says_nothing(identity) and self._identity != meant[0]:
            return False
        texts = [_squeezed(cells[index]) for index in meant]
        if all(map(_END.fullmatch, texts)):
            return True
        if not _NOTE.fullmatch(texts[0]):
            return False
        signed = all(_NOTE.fullmatch(text) or label.endswith(":") for label, text in pairwise(texts))
        return signed or len(texts) <= _FEW

    def _hints(self, cells: Sequence[Raw], meant: Sequence[int]) -> bool:
        """Tell whether a row says how to fill in the columns: no cell of it is a value, and some give orders."""
        if len(meant) <= _FEW or self._has_id(cells):
            return False
        columns = [(self._spec.by_field[self._known[index]], cells[index]) for index in meant if index in self._known]
        telling = [(column, cell) for column, cell in columns if isinstance(column.kind, _TELLING)]
        orders = sum(isinstance(cells[index], str) and bool(_HINT.search(_squeezed(cells[index]))) for index in meant)
        return (
            bool(telling) and orders >= _FEW and not any(self._is_value(column.field, cell) for column, cell in telling)
        )

    def _is_value(self, field: str, cell: Raw) -> bool:
        try:
            return self._spec.by_field[field].kind.parse(cell, self._header.units.get(field, "")) is not None
        except Bad:
            return False

    def _line(self, cells: Sequence[Raw], meant: Sequence[int]) -> Sort:
        """Return what a row is that has not all that a record needs."""
        if self._has_id(cells):
            return Sort.RECORD
        if len(meant) <= _FEW and _SECTION.fullmatch(_squeezed(cells[meant[0]])):
            return Sort.LINE
        filled = [index for index in self._required if index in meant]
        if len(filled) > 1:
            return Sort.RECORD
        # The name of a system alone is a system of which the rest is missing.
        alone = len(meant) == 1 and meant[0] != self._header.columns.get("name")
        return Sort.LINE if alone or (filled == [self._identity] and len(meant) <= _FEW) else Sort.NO_RECORD


def _squeezed(cell: Raw) -> str:
    return "".join(narrow(text_of(cell)).split())


@lru_cache(maxsize=4096)
def _means_example(text: str) -> bool:
    return _EXAMPLE.fullmatch("".join(narrow(text).split()).strip("()[]【】")) is not None


@lru_cache(maxsize=4096)
def _means_example_of(text: str) -> bool:
    return _EXAMPLE_BEFORE.fullmatch("".join(narrow(text).split())) is not None


@lru_cache(maxsize=4096)
def _says_example(text: str) -> bool:
    return _EXAMPLE_REMARK.fullmatch("".join(narrow(text).split())) is not None
