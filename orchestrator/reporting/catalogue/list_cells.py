"""The migration list's cells and what they say of each other: the rules, and what to do about each."""

TEXTS = {
    "list.missing-value": ("{header} is empty", "“{header}”为空"),
    "list.missing-value.remedy": ("fill it in", "请填写"),
    "list.census-gap": ("the census asks for {header}", "普查要求填写“{header}”"),
    "list.census-gap.remedy": ("ask the unit for it", "请向单位补充"),
    "list.value-domain": ("not a value of {header}", "不是“{header}”的可选值"),
    "list.value-domain.remedy": ("write one of: {allowed}", "请填写：{allowed}"),
    "list.bad-date": ("not a date", "不是有效日期"),
    "list.bad-date.remedy": (
        "write it as text, such as 2010-10 or 2010-10-15; where there is none, leave the cell empty",
        "请按文本填写，如 2010-10 或 2010-10-15；没有的请留空",
    ),
    "list.date-without-day": ("the day is missing", "缺少日"),
    "list.date-without-day.remedy": ("a deadline names the day, such as 2026-12-31", "期限须到日，如 2026-12-31"),
    "list.bad-number": (
        "not a number from {least} to {most} in a known unit",
        "不是 {least} 到 {most} 之间的数，或单位不符",
    ),
    "list.bad-number.remedy": (
        "write a plain number; where there is none, leave the cell empty",
        "请只填数字；没有的请留空",
    ),
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
    "list.bad-endpoint": ("not an address that can be called", "接口地址格式不符"),
    "list.bad-endpoint.remedy": (
        "write HOST:PORT, or http:// or https:// with the host: 10.77.1.12:5432, https://api.example.gov.cn/v1/",
        "请写作 主机:端口，或以 http://、https:// 开头，如 10.77.1.12:5432、https://api.example.gov.cn/v1/",
    ),
    "list.bad-question": ("not an address that can be asked over HTTP", "不是可用 HTTP 核验的地址"),
    "list.bad-question.remedy": (
        "write http:// or https:// with the host and the path: https://id.example.gov.cn/clients/7",
        "请以 http:// 或 https:// 开头填写完整地址，如 https://id.example.gov.cn/clients/7",
    ),
    "list.no-question": ("says what is answered, and nothing says what is asked", "填写了核验应答，但没有核验地址"),
    "list.no-question.remedy": (
        "write the address that is asked, or leave this empty",
        "请填写核验地址，或将此格留空",
    ),
    "list.server-of-other-system": ("the server is not one of the caller's", "该服务器不属于调用方"),
    "list.server-of-other-system.remedy": (
        "write the id of a server of the caller, or leave it empty: then each of its servers calls",
        "请填写调用方自己的服务器编号；留空则视为其全部服务器都会调用",
    ),
    "list.too-long": ("longer than {longest} characters", "超过 {longest} 个字符"),
    "list.too-long.remedy": ("shorten it", "请缩短"),
    "list.control-character": (
        "has control characters or hidden text direction marks",
        "含有控制字符或隐藏的文字方向标记",
    ),
    "list.control-character.remedy": ("type the text again", "请重新录入"),
    "list.changed-text": (
        "the spreadsheet program made a date or a power of ten of what was typed; {header} is neither",
        "录入内容被表格软件自动改成了日期或科学计数，“{header}”不应是日期或科学计数",
    ),
    "list.changed-text.remedy": (
        "format the cell as text, then type it again",
        "请先将单元格设为文本格式，再重新录入",
    ),
    "list.shown-differs": (
        "people see another value than the cell holds: its number format is {format}",
        "显示内容与单元格实际值不同：数字格式为 {format}",
    ),
    "list.shown-differs.remedy": (
        "format the cell as text and type what it shows",
        "请将单元格设为文本格式，并按显示内容重新录入",
    ),
    "list.digits-lost": (
        "a number of more than 15 digits: a spreadsheet program keeps no more of them",
        "超过15位的数字，末尾各位已被表格软件改为0",
    ),
    "list.digits-lost.remedy": (
        "format the cell as text, then type the number again",
        "请先将单元格设为文本格式，再重新录入完整号码",
    ),
    "list.picture": ("a picture is no value", "单元格中是图片，不是文字"),
    "list.picture.remedy": ("type what the picture shows", "请录入图片中的文字"),
    "list.ditto": (
        "refers to the cell above, of which the meaning is not certain",
        "填写的是“同上”，但无法确定上一行的内容",
    ),
    "list.ditto.remedy": ("write the value itself", "请直接填写具体内容"),
    "list.invisible-character": (
        "has characters that nobody can see; read as {name}",
        "含有看不见的字符，按“{name}”读取",
    ),
    "list.invisible-character.remedy": ("type the name again", "请重新录入该名称"),
    "list.name-spelling": (
        "another spelling of a name on this list; read as {name}",
        "与清单中同一名称的写法不同，按“{name}”读取",
    ),
    "list.name-spelling.remedy": (
        "write it everywhere in the same way; if two are meant, let the names differ visibly",
        "请统一写法；如确为两个名称，请使其有明显区别",
    ),
    "list.deferral-reason": (
        "a deferral without its reason",
        "申请暂缓但未说明原因",
    ),
    "list.deferral-reason.remedy": (
        "write the reason and the number of the approval into the cell or the column 暂缓原因; else write 否",
        "请在此格或“暂缓原因”列填写原因及批准文号；不申请的请填“否”",
    ),
    "list.deferral-contradiction": (
        "a reason for a deferral that is not applied for",
        "填了暂缓原因，但未申请暂缓",
    ),
    "list.deferral-contradiction.remedy": (
        "answer 是否申请暂缓整合 with 是, or empty this cell",
        "请将“是否申请暂缓整合”改为“是”，或清空此格",
    ),
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
    "list.left-out": (
        "systems that are to migrate are in no batch ({count}): {systems}",
        "有 {count} 个待迁移系统不在任何批次：{systems}",
    ),
    "list.left-out.remedy": (
        "name a batch in their rows, or their units or ids under `batches` in programme.yaml; "
        "`migrate plan` proposes one",
        "请在清单中填写批次，或在 programme.yaml 的 batches 中列出其单位或编号；`migrate plan` 可给出建议",
    ),
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
