"""Words of `migrate preflight`: what follows for each system, and what a finding weighs."""

TEXTS = {
    "preflight.title": ("Preflight of batch {batch}", "第 {batch} 批迁移前检查"),
    "preflight.kind.postgresql": ("PostgreSQL", "PostgreSQL"),
    "preflight.kind.mariadb": ("MariaDB", "MariaDB"),
    "preflight.kind.files": ("files", "文件"),
    "preflight.kind.static": ("static site", "静态网站"),
    "preflight.kind.webapp": ("files and databases", "文件与数据库"),
    "preflight.kind.external": ("a tool of the programme's own", "方案自带工具"),
    "preflight.kind.rehost": ("the whole machine", "整机"),
    "preflight.chosen": ("{kind}: by {method}", "{kind}：采用{method}"),
    "preflight.declared": ("{kind}: by {method}, as the programme says", "{kind}：按方案指定采用{method}"),
    "preflight.none": ("{kind}: cannot be moved as it is", "{kind}：现状无法迁移"),
    "preflight.unknown": (
        "{kind}: nobody can tell how, as long as a question has no answer",
        "{kind}：有问题未得到答复，无法确定迁移方法",
    ),
    "preflight.begun": (
        "begun by {method} and now {phase}; it was looked at then",
        "已采用{method}开始迁移，现为“{phase}”；检查已在当时完成",
    ),
    "preflight.unasked": ("could not be asked: {cause}", "无法查询：{cause}"),
    "preflight.against": ("against {methods}:", "不可采用{methods}："),
    "preflight.warning": ("mind:", "注意："),
    "preflight.progress": ("{told}/{count}  {system}  {verdict}", "{told}/{count}  {system}  {verdict}"),
    "preflight.counts": (
        "batch {batch}: {pass} can be moved, {fail} cannot, {unknown} unknown",
        "第 {batch} 批：可迁移 {pass} 个，不可 {fail} 个，未知 {unknown} 个",
    ),
    "preflight.left": (
        "{count} systems of the batch declare no data to move, or get no server: {systems}",
        "本批有 {count} 个系统未声明要迁移的数据或不新建服务器：{systems}",
    ),
    "preflight.page": ("the same as a page: {path}", "同内容网页：{path}"),
}
