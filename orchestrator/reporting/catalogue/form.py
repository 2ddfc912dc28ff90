"""Words of the blank form of the migration list, and of the command that writes it."""

TEXTS = {
    "form.need.required": ("required: the list is refused without it", "必填：缺少则清单不予接受"),
    "form.need.asked": ("asked by the census: an empty cell is a warning", "普查要求：留空会给出警告"),
    "form.need.free": ("may be left empty", "可不填"),
    "form.holds.identifier": (
        "letters A-Z, digits and hyphens, at most 31, unique; the number of another row where it refers to one",
        "英文字母、数字、连字符，最多 31 位，不得重复；引用其他行时填该行的编号",
    ),
    "form.holds.label": ("text", "文字"),
    "form.holds.text": ("text", "文字"),
    "form.holds.remark": ("the reason, or no", "填写原因；没有则填“否”"),
    "form.holds.choice": ("one of: {values}", "从以下选一项：{values}"),
    "form.holds.choices": ("one or several, with commas between: {values}", "可多项，用逗号隔开：{values}"),
    "form.holds.several": ("one or several, with commas between", "可多项，用逗号隔开"),
    "form.holds.flag": ("{values}", "{values}"),
    "form.holds.day": ("a day or a month, such as 2026-12-31 or 2026-12", "日期或年月，如 2026-12-31、2026-12"),
    "form.holds.day-exact": ("a day, such as 2026-12-31", "日期（到日），如 2026-12-31"),
    "form.holds.quantity": (
        "a number; the unit is the header's, or stands behind the number ({units})",
        "数字；单位以表头为准，也可写在数字后面（{units}）",
    ),
    "form.holds.address": ("an IP address, such as 10.77.1.11", "IP 地址，如 10.77.1.11"),
    "form.holds.openings": (
        "ports and who may reach them, such as 80/tcp, 443/tcp@10.0.0.0/8",
        "端口及来源网段，如 80/tcp, 443/tcp@10.0.0.0/8",
    ),
    "form.holds.called": (
        "where it is called, such as 10.77.1.12:5432 or https://api.example.gov.cn/v1/",
        "接口地址，如 10.77.1.12:5432 或 https://api.example.gov.cn/v1/",
    ),
    "form.holds.asked": (
        "what is asked over HTTP, such as https://id.example.gov.cn/clients/7",
        "HTTP 核验地址，如 https://id.example.gov.cn/clients/7",
    ),
    "form.written": ("blank form: {path}", "已生成空白清单：{path}"),
    "form.sheets": (
        "{sheets} sheets with {columns} columns; `{example}` shows rows to copy and is not read",
        "{sheets} 张表、{columns} 列；“{example}”供参照，不会被读取",
    ),
    "form.next": (
        "fill it in, name it under `list:` in programme.yaml, then `migrate list check`",
        "填写后写入 programme.yaml 的 `list:`，再运行 `migrate list check`",
    ),
    "form.exists": ("{path} exists already", "{path} 已存在"),
    "form.exists.remedy": ("choose another file name with --out FILE", "请用 --out FILE 换一个文件名"),
    "form.suffix": ("{path} cannot be the form: it is a workbook", "{path} 不能作为清单文件：清单是工作簿"),
    "form.suffix.remedy": ("let its name end in {wanted}", "文件名请以 {wanted} 结尾"),
    "form.unwritable": ("{path} cannot be written", "无法写入 {path}"),
    "form.unwritable.remedy": ("name a file in a folder that exists", "请指定已存在目录中的文件"),
    "list.blank": (
        "the migration list is a blank form: nothing has been filled in",
        "迁移清单是空白表：尚未填写任何内容",
    ),
    "list.blank.remedy": (
        "fill in its sheets, then `migrate list check`; no other command works on a list of nothing",
        "请先填写各表，再运行 `migrate list check`；空白清单不能用于其他命令",
    ),
}
