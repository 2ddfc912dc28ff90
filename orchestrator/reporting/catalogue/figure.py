"""What can be wrong with a file of published figures."""

TEXTS = {
    "figure.none": ("the programme names no published figures ({file})", "迁移项目未指定公布数字文件（{file}）"),
    "figure.none.remedy": ("write `figures: FILE` into programme.yaml", "在 programme.yaml 中写明 `figures: 文件`"),
    "figure.unknown-source": (
        "{file} cites {source}, which is not among its sources",
        "{file} 引用了未列出的来源 {source}",
    ),
    "figure.unknown-source.remedy": ("add it under sources", "在 sources 中补充"),
    "figure.unknown-table": (
        "a figure counts rows of {table}, and there is no such sheet",
        "公布数字引用了不存在的表 {table}",
    ),
    "figure.unknown-table.remedy": (
        "use the sheet names of `migrate schema list`",
        "使用 `migrate schema list` 中的表名",
    ),
    "figure.unknown-field": (
        "a figure looks at {field}, and there is no such field",
        "公布数字引用了不存在的字段 {field}",
    ),
    "figure.unknown-field.remedy": ("use the field names of the migration list", "使用迁移清单的字段名"),
    "figure.not-a-number": ("{value} is no number", "{value} 不是数字"),
    "figure.not-a-number.remedy": ("correct the cell, or the figure's measure", "更正单元格，或更正公布数字的计算方式"),
    "figure.no-measure": (
        "a figure of strength A says nothing about how it is counted",
        "强度为 A 的公布数字未写明计算方式",
    ),
    "figure.no-measure.remedy": ("give it a measure such as `count: systems`", "补充计算方式，例如 `count: systems`"),
    "figure.unknown-formula": ("there is no formula {formula}", "没有口径 {formula}"),
    "figure.unknown-formula.remedy": ("one of {known}", "可选 {known}"),
}
