"""Help texts of `migrate list`, `migrate schema` and `migrate init`."""

TEXTS = {
    "help.list.check": ("find every problem of the migration list", "检查迁移清单，一次列出所有问题"),
    "help.list.check.errors-out": (
        "write a copy of the list with the bad cells marked; several files go to FILE-1, FILE-2 …",
        "导出标注了问题单元格的清单副本；有多个清单文件时依次为 FILE-1、FILE-2……",
    ),
    "help.list.show": ("count systems by unit, disposition and batch", "按单位、处置方式和批次统计系统"),
    "help.schema.what": ("which file's schema", "输出哪个文件的 Schema"),
    "help.init.dir": ("folder to make", "要建立的目录"),
    "help.init.from": ("seed to copy", "所用样例"),
    "help.init.list": ("list the seeds", "列出样例"),
}
