"""Words of a move by a tool that the programme brings along."""

TEXTS = {
    "move.method.external": ("a tool of the programme's own", "方案自带工具"),
    "move.way-back.external": (
        "The tool has the source follow, if it can. The way back: migrate rollback {system}",
        "如工具支持，源端正在跟随目标端。回退命令：migrate rollback {system}",
    ),
    "move.gate.external-tool": (
        "move.d/{subject} is the one that was approved (now {found})",
        "move.d/{subject} 为获批的版本（现为 {found}）",
    ),
    "move.gate.external-tool.remedy": (
        "put the approved file back; for another one: `migrate drop`, then begin and approve anew",
        "请恢复获批的文件；如需更换：先 `migrate drop`，再重新开始并重新批准",
    ),
    "move.verify.external": ("{name} {subject}: {said}", "{name} {subject}：{said}"),
    "move.verify.external.remedy": (
        "the tool compared this; see both sides before anything else",
        "此项由工具比对；请先核查两侧",
    ),
    "move.preflight.external-tool": (
        "move.d/{subject} cannot be asked: {error} ({said})",
        "无法使用 move.d/{subject}：{error}（{said}）",
    ),
    "move.preflight.external-tool.remedy": (
        "`migrate external check` tries it on data that nobody needs; docs/external.md has the rules",
        "可用 `migrate external check` 在测试数据上检验；规则见 docs/external.zh-CN.md",
    ),
    "move.preflight.external-verb": ("the tool has no verb {subject}", "工具缺少动词 {subject}"),
    "move.preflight.external-verb.remedy": ("docs/external.md says what it does", "其含义见 docs/external.zh-CN.md"),
    "move.preflight.external-one-way": (
        "{subject}: after opening nothing follows back, and there is no rollback",
        "{subject}：开放后没有反向跟随，不能回退",
    ),
    "move.preflight.external-no-rehearsal": (
        "{subject} cannot be rehearsed",
        "{subject} 不支持演练",
    ),
    "move.preflight.external-blocks": ("{name}: {text} {subject}", "{name}：{text} {subject}"),
    "move.preflight.external-blocks.remedy": (
        "the tool forbids it: mend what it names",
        "工具不允许迁移：请按其所述修正",
    ),
    "move.preflight.external-warns": ("{name}: {text} {subject}", "{name}：{text} {subject}"),
    "move.preflight.external-warns.remedy": ("the tool warns of it: a person must know", "工具提示：须知悉"),
    "move.preflight.external-one-way.remedy": (
        "let whoever approves know, or use a tool that follows back",
        "请告知批准人，或改用支持反向跟随的工具",
    ),
    "move.preflight.external-no-rehearsal.remedy": (
        "where moving.rehearsal is required the cutover will be refused: give the tool rehearse and unrehearse",
        "若 moving.rehearsal 为 required，割接会被拒绝：请为工具补充 rehearse 与 unrehearse",
    ),
}
