"""The migration list's files, sheets, headers and rows: the rules they are checked against, and what to do about each."""

TEXTS = {
    "list.missing-file": ("the file cannot be read", "文件不存在或无法读取"),
    "list.missing-file.remedy": ("check `list` in programme.yaml", "请检查 programme.yaml 中的 list"),
    "list.unknown-format": (
        "files named {suffix} are not read; by its content it is {found}",
        "不支持 {suffix} 文件；其内容为 {found}",
    ),
    "list.unknown-format.remedy": (
        "open it in its own program and save it as .xlsx or as CSV UTF-8 ({known} are read)",
        "请用原软件打开并另存为 .xlsx 或 CSV UTF-8（可读取 {known}）",
    ),
    "list.other-format": (
        "by its name a {suffix} file, by its content {found} (xlsx: an Excel workbook)",
        "扩展名是 {suffix}，内容却是 {found}（xlsx 为 Excel 工作簿）",
    ),
    "list.other-format.remedy": (
        "open it in a spreadsheet program, save it as .xlsx without a password or as CSV UTF-8, and name that file",
        "请用表格软件打开，另存为不加密的 .xlsx 或 CSV UTF-8，并在 list 中改用该文件",
    ),
    "list.too-large": ("too large: {what} {found}, the limit is {most}", "超出限制：{what} {found}，上限 {most}"),
    "list.too-large.remedy": (
        "delete empty rows, columns and pictures, or split the list into several files",
        "请删除空白行列和图片，或把清单拆分成多个文件",
    ),
    "list.not-a-workbook": ("this is not a readable .xlsx workbook", "不是可读取的 .xlsx 工作簿"),
    "list.not-a-workbook.remedy": (
        "open it in a spreadsheet program and save it as .xlsx without a password",
        "请用表格软件打开并另存为不加密的 .xlsx",
    ),
    "list.xml-entities": ("the workbook declares XML entities", "工作簿中含有 XML 实体声明"),
    "list.xml-entities.remedy": (
        "no spreadsheet program writes these; ask the sender where the file comes from",
        "正常的表格软件不会写入此类内容，请向报送单位核实文件来源",
    ),
    "list.encoding": (
        "no encoding yields the list's headers (tried {tried}); the first line reads: {found}",
        "按任何编码都读不出清单表头（已尝试 {tried}）；首行为：{found}",
    ),
    "list.encoding.remedy": (
        "save the file as UTF-8, and check that its first rows hold the headers",
        "请另存为 UTF-8，并确认前几行是表头",
    ),
    "list.unknown-encoding": (
        "the encoding cannot be told from headers in English; the first line in question: {found}",
        "表头为英文，无法判断文件编码；首个有疑问的行：{found}",
    ),
    "list.unknown-encoding.remedy": (
        "save the file as CSV UTF-8",
        "请另存为 CSV UTF-8",
    ),
    "list.garbled": (
        "the text was once read in the wrong encoding; its characters are lost",
        "文字是乱码：曾以错误的编码打开并保存",
    ),
    "list.garbled.remedy": (
        "type it again, or export the list anew as UTF-8",
        "请重新录入，或以 UTF-8 重新导出",
    ),
    "list.broken-text": ("bytes that are not {encoding}", "含有不符合 {encoding} 编码的内容"),
    "list.broken-text.remedy": ("save the file again as UTF-8", "请重新另存为 UTF-8"),
    "list.stray-quote": (
        "a quotation mark that is never closed, or text behind a closed one: the rows below cannot be told apart",
        "引号未成对，或引号结束后还有内容，其后各行无法区分",
    ),
    "list.stray-quote.remedy": (
        'delete the quotation mark, or write it twice and the whole cell in quotation marks: "see ""annex"""',
        '请删除多余引号；确需保留的，引号写两遍并将整格置于引号内，如 "见""附件"""',
    ),
    "list.sections": ("not a section of the list: {found}", "不是清单的分区：{found}"),
    "list.sections.remedy": ("a YAML list has these sections: {known}", "YAML 清单的分区为：{known}"),
    "list.section-shape": (
        "not a list of records with plain values",
        "此处应为记录列表，且每项为普通值",
    ),
    "list.section-shape.remedy": ("see `migrate schema list`", "参见 `migrate schema list`"),
    "list.nothing-read": (
        "nothing of this file could be read as part of the list",
        "该文件没有读到任何记录",
    ),
    "list.nothing-read.remedy": (
        "fill in its rows below the headers of the list, or take it out of `list` in programme.yaml",
        "请在清单表头下填写记录，或将该文件从 programme.yaml 的 list 中移除",
    ),
    "list.no-systems": ("no systems were found", "没有读到任何系统"),
    "list.no-systems.remedy": (
        "the list needs a sheet with at least 系统编号, 单位名称, 系统名称 and 涉密分类",
        "清单至少要有一张含系统编号、单位名称、系统名称、涉密分类的工作表",
    ),
    # --- the header
    "list.missing-header": ("the column {header} ({field}) is missing", "缺少“{header}”（{field}）列"),
    "list.missing-header.remedy": (
        "add the column, or call the one that is meant by one of these: {also}",
        "请补充该列；如已有该列，请将表头改为：{also}",
    ),
    "list.header-unit": (
        "{header} is said to be in {unit}, which is no unit of this column",
        "“{header}”表头标注的单位“{unit}”无法识别，或不适用于该列",
    ),
    "list.header-unit.remedy": (
        "convert the numbers and write one of these units in the header: {units}",
        "请换算后在表头注明以下单位之一：{units}",
    ),
    "list.no-header": (
        "a column without a header holds something and is not read",
        "该列有内容但没有表头，未读取",
    ),
    "list.no-header.remedy": ("give it a header, or empty it", "请补充表头，或清空该列"),
    "list.mixed-table": (
        "columns of servers stand in the table of systems and are not read: {columns}",
        "系统表中含有服务器的列，未读取：{columns}",
    ),
    "list.mixed-table.remedy": (
        "move them to a sheet of their own named 服务器清单, one row a server, with 服务器编号 and 系统编号",
        "请将其移到单独的工作表“服务器清单”，每台服务器一行，含服务器编号和系统编号",
    ),
    "list.repeated-header": ("two columns mean the same", "两列表头含义相同"),
    "list.repeated-header.remedy": ("delete or rename one of them", "请删除或改名其中一列"),
    "list.unknown-column": ("columns that are not read: {columns}", "以下列不读取：{columns}"),
    "list.unknown-column.remedy": (
        "nothing, unless one of them was meant as a column of the list",
        "如其中有应读取的列，请改用规范表头",
    ),
    "list.code-row": (
        "row {row} is taken for the columns' names for machines and is not read",
        "第 {row} 行按机器代码行处理，不作为数据读取",
    ),
    "list.code-row.remedy": (
        "nothing, if it is; a system needs an id with a digit, such as SH-001",
        "如确为代码行，无需处理；如为系统，请改用含数字的编号，如 SH-001",
    ),
    "list.sheet-not-read": ("the sheet is not read", "该工作表不读取"),
    "list.sheet-not-read.remedy": (
        "nothing, unless it was meant as part of the list: then add the column of ids",
        "如属于清单内容，请补充编号列",
    ),
    "list.sheet-without-header": (
        "the sheet has rows like those of the list, but no header, and is not read",
        "该工作表有与清单相似的记录，但没有表头，未读取",
    ),
    "list.sheet-without-header.remedy": (
        "repeat the header of the list above its rows",
        "请在各行之上补充清单表头",
    ),
    "list.example-sheet": (
        "the example sheet of the form is not read",
        "填写示例表，不读取",
    ),
    "list.example-sheet.remedy": (
        "nothing; if it holds records, give the sheet another name",
        "无需处理；如其中有真实记录，请更改工作表名称",
    ),
    "list.hidden-sheet": (
        "a hidden sheet with all the columns of the list is not read",
        "隐藏的工作表含有完整的清单表头，未读取",
    ),
    "list.hidden-sheet.remedy": (
        "unhide it if its rows belong to the list, else delete it",
        "如属于清单内容，请取消隐藏；否则请删除",
    ),
    # --- one row
    "list.passed-line": (
        "a line that is no record is passed over",
        "该行不是记录，已跳过",
    ),
    "list.passed-line.remedy": (
        "nothing, unless it was meant as a record: then give it an id and the other required cells",
        "如确非记录，无需处理；如为记录，请补全编号等必填项",
    ),
    "list.passed-hints": ("a row of hints for filling in is passed over", "填写要求行，已跳过"),
    "list.passed-hints.remedy": (
        "nothing, unless it was meant as a record: then give it an id",
        "如确为填写要求，无需处理；如为记录，请填写编号",
    ),
    "list.passed-example": ("the example row of the form is passed over", "表格示例行，已跳过"),
    "list.passed-example.remedy": (
        "delete it; if it was meant as a record, delete the word that calls it an example",
        "请删除示例行；如为真实记录，请删除“示例”字样",
    ),
    "list.no-record": (
        "something is filled in, but not the id, the unit or the name of a record",
        "该行有内容，但缺少编号、单位、名称等必填项，不能作为记录",
    ),
    "list.no-record.remedy": (
        "complete the row if it is a record; move a note to the remarks or delete it",
        "如为记录，请补全必填项；如为说明文字，请移到备注或删除",
    ),
    "list.second-table": (
        "another table begins here; this row and those below it are not read",
        "此处开始另一张表，本行及以下各行未读取",
    ),
    "list.second-table.remedy": (
        "move it to a sheet of its own, or put its rows under the first header in the same order of columns",
        "请移到单独的工作表，或按首个表头的列序并入上表",
    ),
    "list.hidden-row": (
        "row {row} is hidden and is read all the same",
        "第 {row} 行是隐藏的行，仍作为记录读取",
    ),
    "list.hidden-row.remedy": (
        "unhide it and have it approved, or delete it",
        "请取消隐藏并确认；如不属于清单，请删除",
    ),
    "list.struck-row": (
        "row {row} is struck out and is read all the same",
        "第 {row} 行带删除线，仍作为记录读取",
    ),
    "list.struck-row.remedy": (
        "delete it if it is void, else remove the line through it",
        "如已作废，请删除该行；否则请取消删除线",
    ),
    # --- one cell
}
