"""Help texts of `migrate list`, `migrate schema` and `migrate init`."""

TEXTS = {
    "help.list.check": ("find every problem of the migration list", "检查迁移清单，一次列出所有问题"),
    "help.list.check.errors-out": (
        "write a copy of the list with the bad cells marked; several files go to FILE-1, FILE-2 …",
        "导出标注了问题单元格的清单副本；有多个清单文件时依次为 FILE-1、FILE-2……",
    ),
    "help.list.show": ("count systems by unit, disposition and batch", "按单位、处置方式和批次统计系统"),
    "help.list.template": (
        "write the blank list: every sheet and column, with hints, drop-downs and an example",
        "生成空白清单：含全部表和列、填写说明、下拉选项和示例",
    ),
    "help.list.template.lang": ("language of the headers", "表头语言"),
    "help.list.template.out": (
        "file to write; migration-list.xlsx in the programme's folder unless named",
        "输出文件；默认为方案目录下的 migration-list.xlsx",
    ),
    "help.list.from": (
        "draw an export into a list: RVTools, Azure Migrate, ServiceNow, flat sheets; tells all that was not used",
        "把其他工具的导出文件转为清单：RVTools、Azure Migrate、ServiceNow、平铺表；未采用的内容逐项列出",
    ),
    "help.list.from.file": ("FILE", "导出文件"),
    "help.list.from.mapping": (
        "YAML file that says which column is which, for other exports",
        "说明各列含义的 YAML 映射文件，用于其他导出文件",
    ),
    "help.list.from.out": (
        "list to write; migration-list.xlsx in the programme's folder unless named",
        "输出的清单文件；默认为方案目录下的 migration-list.xlsx",
    ),
    "help.schema.what": ("which file's schema", "输出哪个文件的 Schema"),
    "help.init.dir": ("folder to make", "要建立的目录"),
    "help.init.from": ("seed to copy", "所用样例"),
    "help.init.list": ("list the seeds", "列出样例"),
}
