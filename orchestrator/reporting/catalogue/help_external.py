"""Help texts of the commands about tools that a programme brings along."""

TEXTS = {
    "help.external.check": (
        "walk over the contract's rules with a tool of move.d, on two sides that may be lost (exit 1 if one is broken)",
        "用可丢弃的两侧逐条检验 move.d 中的工具（有违反时退出码 1）",
    ),
    "help.external.address": ("ADDRESS", "地址"),
    "help.external.pair": ("NAME=TEXT", "名称=文本"),
    "help.external.name": ("TOOL", "工具"),
    "help.external.side": ("one side, as the tool is told it; what is there may be lost", "一侧的地址，其数据可丢弃"),
    "help.external.option": ("an option of the tool's; may be given again", "工具选项，可多次给出"),
    "help.external.seconds": ("that the first copy may take", "首次复制的最长秒数"),
    "help.external.yes": ("both sides may be written to, fenced and emptied", "确认两侧可写入、隔离并清空"),
}
