"""Words of what both sides are compared by after a cutover."""

TEXTS = {
    "move.verify.files": (
        "{subject}: {entries} entries, {hashed} of {files} files by their bytes; {count} differences; {moving} changed since"
        " the last pass and are not judged",
        "{subject}：{entries} 个条目，{files} 个文件中 {hashed} 个逐字节比对；{count} 处不一致；{moving} 个在上一轮复制后变更，不作判断",
    ),
    "move.verify.files.remedy": (
        "do not cut over; what cannot be read is for a person; to copy all of it anew: `migrate drop`, empty the target's"
        " file system, `migrate batch N`",
        "不得割接；无法读取的需人工处理；如需全部重新复制：`migrate drop`，清空目标文件系统，再 `migrate batch N`",
    ),
    "move.verify.attributes": (
        "{subject}: attributes and access lists could not be compared",
        "{subject}：扩展属性和访问控制列表无法比对",
    ),
    "move.verify.attributes.remedy": ("install attr (getfattr) on both sides", "请在两侧安装 attr（getfattr）"),
    "move.verify.path": (
        "{subject}: as {server} has it, the other side has not",
        "{subject}：{server} 上的内容与另一侧不一致",
    ),
    "move.verify.path.entry": (
        "{subject}: kind, mode, owners, size or link target are as {server} has it on that side alone",
        "{subject}：类型、权限、属主、大小或链接目标只在 {server} 上如此",
    ),
    "move.verify.path.content": (
        "{subject}: the bytes are as {server} has them on that side alone",
        "{subject}：文件内容只在 {server} 上如此",
    ),
    "move.verify.path.links": (
        "{subject}: it is one file with others on {server} alone",
        "{subject}：只在 {server} 上与其他文件名互为硬链接",
    ),
    "move.verify.path.attributes": (
        "{subject}: an attribute or access list is as {server} has it on that side alone",
        "{subject}：扩展属性或访问控制列表只在 {server} 上如此",
    ),
    "move.verify.path.remedy": ("see the path on both sides", "请在两侧查看该路径"),
    "move.verify.pages": (
        "{subject}: of {asked} pages both sides answer {same} alike, byte by byte; {count} not; {skipped} are not judged (not"
        " given out, or changed since)",
        "{subject}：{asked} 个页面中两侧逐字节一致 {same} 个，不一致或未知 {count} 个；{skipped} 个不作判断（网站不提供，或之后已变更）",
    ),
    "move.verify.pages.remedy": (
        "see the pages below; a source that was ended cannot be compared with",
        "请查看下列页面；源端停止服务后无法比对",
    ),
    "move.verify.page": (
        "{subject}: {source} at the source, {target} at the target",
        "{subject}：源端 {source}，目标端 {target}",
    ),
    "move.verify.page.bytes": (
        "{subject}: the sides answer different bytes, statuses or redirections ({source}, {target})",
        "{subject}：两侧应答的内容、状态或跳转不一致（{source}、{target}）",
    ),
    "move.verify.page.answer": (
        "{subject}: {source} at the source, {target} at the target",
        "{subject}：源端 {source}，目标端 {target}",
    ),
    "move.verify.page.remedy": (
        "compare what nginx is told on either side: root, index, charset, redirections",
        "请对比两侧 nginx 配置：root、index、charset、跳转",
    ),
    "move.verify.writable": (
        "{subject} may be written to (mount options: {found})",
        "{subject} 可读写（挂载选项：{found}）",
    ),
    "move.verify.writable.remedy": ("see how it is mounted there", "请查看该处的挂载方式"),
    "move.verify.rows": (
        "{subject}: {rows} rows compared: {differ} chunks differ, {moving} are being written",
        "{subject}：已比对 {rows} 行：{differ} 个分块不一致，{moving} 个分块正在写入",
    ),
    "move.verify.rows.remedy": (
        "differing chunks: do not cut over, copy the table anew; being written: compare again when it is quiet",
        "存在不一致：不得切换，请重新复制该表；正在写入：请在空闲时重新比对",
    ),
    "move.verify.constraints": (
        "{subject}: {count} constraints compared; not on both sides: {differ}",
        "{subject}：已比对 {count} 个约束；两侧不一致：{differ}",
    ),
    "move.verify.constraints.remedy": (
        "bring the schema in line on both sides before the cutover",
        "切换前请使两侧结构一致",
    ),
    "move.verify.indexes": (
        "{subject}: {count} indexes compared; not on both sides: {differ}",
        "{subject}：已比对 {count} 个索引；两侧不一致：{differ}",
    ),
    "move.verify.indexes.remedy": (
        "create or rebuild the index on the side that lacks it",
        "请在缺失的一侧创建或重建索引",
    ),
    "move.verify.grants": (
        "{subject}: {count} grants compared; not on both sides: {differ}",
        "{subject}：已比对 {count} 项授权；两侧不一致：{differ}",
    ),
    "move.verify.grants.remedy": ("grant the same on both sides", "请在两侧授予相同权限"),
    "move.verify.columns": (
        "{count} columns; differing: {differ}",
        "{count} 个字段；不一致：{differ}",
    ),
    "move.verify.columns.remedy": (
        "make them the same; DDL during a move is replicated, or stops it",
        "请使两侧一致；迁移期间的 DDL 会被复制，或使复制停止",
    ),
    "move.verify.code": (
        "{count} triggers, routines and views; differing: {differ}",
        "{count} 个触发器、例程和视图；不一致：{differ}",
    ),
    "move.verify.code.remedy": ("make them anew on the side that lacks them", "请在缺少的一侧重新创建"),
    "move.verify.events": ("{count} events; differing: {differ}", "{count} 个事件；不一致：{differ}"),
    "move.verify.events.remedy": (
        "make them the same; they run on the side that clients write to",
        "请使两侧一致；事件只在客户端写入的一侧运行",
    ),
    "move.verify.extensions": (
        "{subject}: {count} extensions compared; not on both sides: {differ}",
        "{subject}：已比对 {count} 个扩展；两侧不一致：{differ}",
    ),
    "move.verify.extensions.remedy": (
        "install the same version in the same schema",
        "请在相同模式中安装相同版本",
    ),
    "move.verify.sequence": (
        "{subject}: at {last}, its column's highest value is {highest}",
        "{subject}：当前 {last}，所属列最大值为 {highest}",
    ),
    "move.verify.sequence.remedy": (
        "setval it to the column's highest value before anybody writes",
        "写入前请用 setval 设置为该列最大值",
    ),
    "move.verify.insert": (
        "{subject}: an insert as {role}, taken back: {said}",
        "{subject}：以 {role} 身份试插入并撤回：{said}",
    ),
    "move.verify.insert.remedy": (
        "see to the role's grants and the table's sequence",
        "请检查该角色的授权及该表的序列",
    ),
}
