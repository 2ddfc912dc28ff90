"""The migration list as a whole: what was read of it, its sums, and its marked copy."""

TEXTS = {
    "list.refused": (
        "the migration list has {errors} errors; nothing was touched",
        "迁移清单有 {errors} 处错误，未执行任何操作",
    ),
    "list.unread": ("the list {path} cannot be read: {error}", "无法读取清单 {path}：{error}"),
    "list.unread.remedy": (
        "put the file where `list` in programme.yaml says, readable for you",
        "请将文件放在 programme.yaml 的 `list` 所示位置，并确保可读",
    ),
    "list.refused.remedy": (
        "correct the cells named above; `migrate list check --errors-out FILE` writes a copy with them marked",
        "按上面列出的单元格修改；`migrate list check --errors-out 文件` 可导出标注了问题的副本",
    ),
    "list.column.place": ("where", "位置"),
    "list.column.value": ("value", "当前值"),
    "list.column.rule": ("rule", "规则"),
    "list.column.remedy": ("what to do", "处理办法"),
    "list.column.unit": ("unit", "单位名称"),
    "list.column.batch": ("batches", "批次"),
    "list.column.total": ("total", "合计"),
    "list.column.problems": ("problems", "问题"),
    "list.disposition.unstated": ("not stated", "未填"),
    "list.disposition.retire": ("retire", "关停"),
    "list.disposition.merge": ("merge", "整合"),
    "list.disposition.migrate": ("migrate", "迁移"),
    "list.disposition.retain": ("retain", "保留"),
    "list.disposition.connect": ("connect", "对接"),
    "list.disposition.exclude": ("exclude", "排除"),
    "list.read": (
        "{systems} systems, {servers} servers, {rooms} machine rooms, {dependencies} dependencies; "
        "{classified} classified systems excluded",
        "系统 {systems} 个，服务器 {servers} 台，机房 {rooms} 处，依赖关系 {dependencies} 条；另有涉密系统 {classified} 个，不纳入",
    ),
    "list.digest": ("list digest {digest}", "清单摘要 {digest}"),
    "list.clean": ("no problems", "未发现问题"),
    "list.sums": ("{errors} errors, {warnings} warnings", "错误 {errors} 处，提醒 {warnings} 处"),
    "list.copy-written": ("marked copy: {path}", "已导出标注副本：{path}"),
    "list.copy-exists": ("{path} exists already", "{path} 已存在"),
    "list.copy-exists.remedy": ("choose another file name", "请换一个文件名"),
    "list.copy-format": (
        "a marked copy of {source} cannot be a {suffix} file",
        "{source} 的标注副本不能存为 {suffix} 文件",
    ),
    "list.copy-format.remedy": ("let the copy's name end in {wanted}", "副本的扩展名请用 {wanted}"),
    "list.copy-lacks": (
        "the copy is for reading beside the list: its formulas are results, and macros, pictures, charts, pivot tables "
        "and drop-downs that refer to another sheet are only in the list itself",
        "副本供对照修改：公式已换成结果值，宏、图片、图表、数据透视表以及引用其他工作表的下拉选项只在原清单中保留",
    ),
    "list.copy-unreadable": (
        "no marked copy can be made of {source}: it has parts that only its own program reads",
        "无法生成 {source} 的标注副本：文件中含有只有原软件才能读取的内容",
    ),
    "list.copy-unreadable.remedy": (
        "correct the cells told above; or save the list anew as .xlsx (not Strict Open XML) and ask again",
        "请按上面列出的单元格修改；或将清单另存为 .xlsx（非 Strict 格式）后重试",
    ),
    "list.copy-unwritable": ("{path} cannot be written", "无法写入 {path}"),
    "list.copy-unwritable.remedy": (
        "choose a folder that exists, may be written to and has room",
        "请选择已存在、有写权限且空间充足的目录",
    ),
    # --- the file
}
