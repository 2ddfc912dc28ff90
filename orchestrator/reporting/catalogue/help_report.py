"""Help texts of `migrate report`."""

TEXTS = {
    "help.report.out": (
        "folder to write to; `report` in the programme folder by default",
        "输出目录；默认为项目目录下的 report",
    ),
    "help.report.format": (
        "what to write: html, xlsx, docx (the circular), with commas",
        "输出格式：html、xlsx、docx（通报），可用逗号并列",
    ),
    "help.report.at": ("look from this day; the programme's day by default", "以此日为准；默认取项目的统计截止日"),
    "help.report.snapshot": ("report from the snapshot of a day", "依据某日的留存生成报告"),
    "help.report.plan": (
        "a cutover plan, whose nights are then shown and kept to",
        "割接计划文件；图中显示计划窗口，并据以亮灯",
    ),
    "help.report.night": (
        "report a cutover night from the record instead, by the day its window opened: html and docx",
        "改为依据执行记录生成某夜割接报告（窗口开启之日）：html、docx",
    ),
}
