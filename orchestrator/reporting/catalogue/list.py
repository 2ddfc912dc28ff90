"""The migration list: the rules it is checked against, and what to do about each."""

TEXTS = {
    "list.refused": (
        "the migration list has {errors} errors; nothing was touched",
        "迁移清单有 {errors} 处错误，未执行任何操作",
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
    "list.missing-file": ("the file cannot be read", "文件不存在或无法读取"),
    "list.missing-file.remedy": ("check `list` in programme.yaml", "请检查 programme.yaml 中的 list"),
    "list.unknown-format": ("the file's format is not known", "不支持的文件格式"),
    "list.unknown-format.remedy": ("use one of {known}", "请使用 {known}"),
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
    "list.no-systems": ("no systems were found", "没有读到任何系统"),
    "list.no-systems.remedy": (
        "the list needs a sheet with at least 系统编号, 单位名称, 系统名称 and 涉密分类",
        "清单至少要有一张含系统编号、单位名称、系统名称、涉密分类的工作表",
    ),
    # --- the header
    "list.missing-header": ("the column {header} ({field}) is missing", "缺少“{header}”（{field}）列"),
    "list.missing-header.remedy": ("add the column", "请补充该列"),
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
    "list.hidden-sheet": (
        "a hidden sheet with all the columns of the list is not read",
        "隐藏的工作表含有完整的清单表头，未读取",
    ),
    "list.hidden-sheet.remedy": (
        "unhide it if its rows belong to the list, else delete it",
        "如属于清单内容，请取消隐藏；否则请删除",
    ),
    # --- one cell
    "list.missing-value": ("{header} is empty", "“{header}”为空"),
    "list.missing-value.remedy": ("fill it in", "请填写"),
    "list.census-gap": ("the census asks for {header}", "普查要求填写“{header}”"),
    "list.census-gap.remedy": ("ask the unit for it", "请向单位补充"),
    "list.value-domain": ("not a value of {header}", "不是“{header}”的可选值"),
    "list.value-domain.remedy": ("write one of: {allowed}", "请填写：{allowed}"),
    "list.bad-date": ("not a date", "不是有效日期"),
    "list.bad-date.remedy": (
        "write it as text, such as 2010-10 or 2010-10-15",
        "请按文本填写，如 2010-10 或 2010-10-15",
    ),
    "list.date-without-day": ("the day is missing", "缺少日"),
    "list.date-without-day.remedy": ("a deadline names the day, such as 2026-12-31", "期限须到日，如 2026-12-31"),
    "list.bad-number": (
        "not a number from {least} to {most} in a known unit",
        "不是 {least} 到 {most} 之间的数，或单位不符",
    ),
    "list.bad-number.remedy": ("write a plain number", "请只填数字"),
    "list.missing-unit": ("{header}: a number without a unit", "“{header}”的数值没有单位"),
    "list.missing-unit.remedy": (
        "write the unit in the cell or the header: {units}",
        "请在单元格或表头中写明单位：{units}",
    ),
    "list.id-form": ("not an id", "编号格式不符"),
    "list.id-form.remedy": (
        "an id has 1 to 31 letters, digits and hyphens and begins with a letter or digit, such as SH-001",
        "编号为 1 至 31 位字母、数字和连字符，以字母或数字开头，如 SH-001",
    ),
    "list.reserved-name": (
        "the name made of this id, {name}, is one of Ansible's own",
        "由该编号生成的名称 {name} 是 Ansible 的保留名",
    ),
    "list.reserved-name.remedy": (
        "give it another id; {reserved} are taken, also as what follows the system's id in a server's id",
        "请更换编号；不得使用 {reserved}，服务器编号中系统编号之后的部分也不得使用",
    ),
    "list.same-name": (
        "its server would be named {name}, as the one at {first}",
        "该服务器将命名为 {name}，与 {first} 的服务器重名",
    ),
    "list.same-name.remedy": (
        "change one of the two ids; names are put together from the system's id and the server's",
        "请更换其中一个编号；服务器名称由系统编号和服务器编号组成",
    ),
    "list.bad-address": ("not an IP address", "不是有效的 IP 地址"),
    "list.bad-address.remedy": ("write one address, such as 10.77.1.11", "请填写一个地址，如 10.77.1.11"),
    "list.bad-opening": ("not a list of ports", "开放端口格式不符"),
    "list.bad-opening.remedy": (
        "write PORT/tcp or FIRST-LAST/udp, with @NETWORK to limit who may reach it: 80/tcp, 443/tcp@10.0.0.0/8",
        "请写作 端口/tcp 或 起-止/udp，限制来源时加 @网段，如 80/tcp, 443/tcp@10.0.0.0/8",
    ),
    "list.too-long": ("longer than {longest} characters", "超过 {longest} 个字符"),
    "list.too-long.remedy": ("shorten it", "请缩短"),
    "list.control-character": (
        "has control characters or hidden text direction marks",
        "含有控制字符或隐藏的文字方向标记",
    ),
    "list.control-character.remedy": ("type the text again", "请重新录入"),
    "list.formula": (
        "a formula whose result is not in the file; formulas are not computed",
        "公式结果未保存在文件中；本工具不计算公式",
    ),
    "list.formula.remedy": ("paste the result as a value", "请粘贴为数值"),
    "list.error-value": ("the result of a formula that failed", "公式计算出错的结果"),
    "list.error-value.remedy": ("write the value that is meant", "请填写正确的值"),
    "list.merged-cell": (
        "a merged cell of {header} spans several rows, and only the first has its value",
        "“{header}”跨行合并，只有首行有值",
    ),
    "list.merged-cell.remedy": (
        "unmerge it and write each row's value; only unit, region, level, room and system id are filled down",
        "请取消合并并逐行填写；仅单位、区划、层级、机房、所属系统等列可跨行合并",
    ),
    "list.credential": ("looks like an account, a password or a key", "疑似含有账号、密码或密钥"),
    "list.credential.remedy": (
        "delete it here, hand it over another way, and change it if others have seen this file",
        "请从清单中删除，另行移交；如文件已外传，请更换密码",
    ),
    # --- between cells
    "list.duplicate-id": ("the id is also at {first}", "编号与 {first} 重复"),
    "list.duplicate-id.remedy": (
        "give each its own id; upper and lower case are the same",
        "请改为唯一编号（不区分大小写）",
    ),
    "list.unknown-reference": ("no such id in {to}", "{to}中没有该编号"),
    "list.unknown-reference.remedy": ("correct the id, or add the missing row", "请改正编号，或补充对应的行"),
    "list.unknown-batch": ("no such batch in programme.yaml", "programme.yaml 中没有该批次"),
    "list.unknown-batch.remedy": ("use one of {known}, or add the batch", "请填写 {known}，或先增加批次"),
    "list.batch-unit": ("no system of this unit is on the list", "清单中没有该单位的系统"),
    "list.batch-unit.remedy": (
        "check the unit's full name here and on the list",
        "请核对此处与清单中的单位全称",
    ),
    "list.dependency-cycle": ("dependencies go in a circle: {cycle}", "依赖关系成环：{cycle}"),
    "list.dependency-cycle.remedy": (
        "delete the dependency that is not needed to start; systems that need each other are one system",
        "请删除并非启动所必需的依赖；互相依赖的系统应合并填报",
    ),
    "list.merge-target": ("to be merged, but into what is not said", "需整合，但未填并入系统"),
    "list.merge-target.remedy": ("name the system or platform it is merged into", "请填写并入的系统或平台"),
    "list.merge-self": ("merged into itself", "并入系统是其自身"),
    "list.merge-self.remedy": ("name another system", "请填写其他系统"),
    "list.merge-chain": (
        "the system it is merged into is itself to be merged or retired",
        "并入的系统自身也要整合或关停",
    ),
    "list.merge-chain.remedy": ("name the system that remains in the end", "请填写最终保留的系统"),
    "list.merge-contradiction": (
        "merged into another, but its disposition is not merge",
        "填了并入系统，但处置方式不是整合",
    ),
    "list.merge-contradiction.remedy": (
        "set the disposition to 整合, or empty this cell",
        "请把处置方式改为整合，或清空此格",
    ),
    "list.classified-target": (
        "a classified system may not have a target, server, address or machine room on this list",
        "涉密系统不得填写迁移目标、服务器、地址或机房信息",
    ),
    "list.classified-target.remedy": (
        "empty the cell; classified systems follow rules of their own and are only counted here",
        "请清空此格；涉密系统按国家有关规定另行管理，此处只计数",
    ),
    "list.classified-reference": ("refers to a classified system", "引用了涉密系统"),
    "list.classified-reference.remedy": (
        "delete the reference; what connects to a classified system is handled outside this tool",
        "请删除该引用；与涉密系统有关的事项不在本工具中处理",
    ),
    "list.room-of-other-unit": ("the room belongs to {unit}", "该机房属于{unit}"),
    "list.room-of-other-unit.remedy": (
        "confirm that both units use the room before it is closed",
        "关闭机房前请确认两个单位的使用情况",
    ),
    "list.filed-twice": ("seems to be the same system as {first}", "疑似与 {first} 为同一系统"),
    "list.filed-twice.remedy": (
        "keep one row, under the unit's full name, or make the names differ",
        "请以单位全称保留一行，或改用可区分的名称",
    ),
}
