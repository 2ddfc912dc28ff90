"""Texts of failbacks."""

_SIGN = (
    "have a second person sign: migrate dr agree {subject} --why WHY --key KEY --out FILE; then --agreed-by FILE",
    "请由第二人签署：migrate dr agree {subject} --why 原因 --key 密钥 --out 文件；然后 --agreed-by 文件",
)
# Why an agreement does not count; each is mended by a new one.
_NOT_AGREED = {
    "unreadable": ("the agreement cannot be read", "同意书无法读取"),
    "unsigned": ("the agreement is not signed", "同意书没有签名"),
    "signature-form": ("the agreement's signature is none", "同意书中的签名无效"),
    "signature-wrong": ("the agreement is not what was signed", "同意书内容与签名不符"),
    "signature-unknown-signer": (
        "the agreement is signed by nobody of the approvers' file (namespace migrate-failback)",
        "签署人不在审批人文件中（命名空间 migrate-failback）",
    ),
    "signature-no-signers": ("there is no file of approvers to judge it by", "没有可供核验的审批人文件"),
    "signature-no-program": ("there is no ssh-keygen here to judge it", "本机没有用于核验的 ssh-keygen"),
    "signature-failed": ("ssh-keygen could not judge it", "ssh-keygen 无法核验"),
    "other-programme": ("the agreement is on another programme", "同意书属于另一项目"),
    "other-system": ("the agreement is on another system", "同意书针对另一系统"),
    "other-server": ("the agreement is on another server than {server}", "同意书针对的不是 {server}"),
    "expired": ("the agreement has expired, or its times contradict each other", "同意书已过期或时间自相矛盾"),
    "same-person": ("whoever leads clients home cannot be the one who agrees", "执行切回者不能自己同意"),
}

TEXTS = {
    "failback.plan": (
        "The switch of {system} back to its old primary ({replica}):",
        "{system} 切回旧主库（{replica}）：",
    ),
    "failback.step.look": (
        "both ends, and a second person's word",
        "查看两端与第二人的同意",
    ),
    "failback.step.claim": (
        "nobody else switches this pair",
        "确认无人同时切换",
    ),
    "failback.step.close": (
        "the present primary stops; whoever starts it again starts a standby",
        "关闭现主库；再启动时只能是备库",
    ),
    "failback.step.last": (
        "the old primary has replayed all that the other one ever wrote",
        "旧主库已回放现主库的全部日志",
    ),
    "failback.step.decide": (
        "the decision, beside the old primary's data; from here on it is only finished",
        "在旧主库数据旁写下决定；此后只能完成，不能撤回",
    ),
    "failback.step.settings": (
        "it may commit without a standby of its own",
        "使其可独立提交",
    ),
    "failback.step.promote": (
        "it is promoted: a new timeline, and a row",
        "提升：新时间线并写入一行",
    ),
    "failback.step.route": (
        "the pooler leads clients there",
        "连接池指向旧主库",
    ),
    "failback.step.verify": (
        "one insert through each application's role, taken back",
        "以各应用角色各插入一行并撤回",
    ),
    "failback.step.follow": (
        "the side that was left follows it",
        "离开的一侧转为备库",
    ),
    "failback.step.tidy": (
        "what let the old primary follow goes",
        "清除旧主库跟随期间所用的内容",
    ),
    "failback.progress": (
        "failback: {step}",
        "切回：{step}",
    ),
    "failback.go-on": (
        "Make {replica} follow and, where it was agreed, the primary of {system} again?",
        "令 {replica} 跟随，并在已获同意时重新成为 {system} 的主库？",
    ),
    "failback.stands-by": (
        "The old primary of {system} follows. To lead clients home: --agreed-by FILE",
        "{system} 的旧主库已在跟随。如需切回：--agreed-by 文件",
    ),
    "failback.possible": (
        "Nothing forbids it.",
        "无任何阻碍。",
    ),
    "failback.forbidden": (
        "The switch is forbidden; nothing was changed.",
        "不允许切回；未做任何改动。",
    ),
    "failback.closed": (
        "The present primary of {system} was closed by a switch that was killed, and nothing was decided: `migrate dr failback {system}` opens it again first.",
        "{system} 的现主库已被中断的切回关闭且尚未作出决定：`migrate dr failback {system}` 会先重新打开它。",
    ),
    "failback.unended": (
        "a failback of {system} was begun and its end is not on record: `migrate dr failback {system}` opens again what it closed, or goes on from its decision",
        "{system} 的切回已开始但无结束记录：`migrate dr failback {system}` 会重新打开其关闭的一侧，或从其决定处继续",
    ),
    "failback.begun": (
        "It was decided ({failback}): `migrate dr failback {system}` goes on from there, whatever is said by now.",
        "已作出决定（{failback}）：`migrate dr failback {system}` 将从该处继续完成。",
    ),
    "failback.done": (
        "{system} is served from its old primary {replica} again, and the other side follows ({failback})",
        "{system} 已由旧主库 {replica} 重新提供服务，另一侧在跟随（{failback}）",
    ),
    "failback.unfinished": (
        "{replica} is decided to be the primary of {system}, and not all is done and proved ({failback}): the same command goes on",
        "已决定 {replica} 为 {system} 的主库，但尚未全部完成并验证（{failback}）：重复同一命令即可继续",
    ),
    "failback.unproved": (
        "{replica} is the primary of {system} ({failback}); what did not pass below a person must see to",
        "{replica} 已是 {system} 的主库（{failback}）；下列未通过项需人工处理",
    ),
    "failback.taken-back": (
        "It was taken back before any decision: the present primary of {system} is open again.",
        "在决定之前已撤回：{system} 的现主库已重新打开。",
    ),
    "failback.left-closed": (
        "The present primary of {system} is closed and nobody knows of a decision: give the same command, which decides or opens it again.",
        "{system} 的现主库处于关闭状态且不知是否已作出决定：请重复同一命令，由其完成或重新打开。",
    ),
    "failback.gap": (
        "without a writable side for clients: {gap}",
        "客户端无可写一侧的时间：{gap}",
    ),
    "failback.lost": (
        "lost: {rows} row(s); bytes of the log that did not arrive: {bytes}",
        "丢失：{rows} 行；未到达的日志字节：{bytes}",
    ),
    "failback.because": (
        "It ended at: {step}; {cause}",
        "止于：{step}；{cause}",
    ),
    "failback.why": (
        "--why takes one line of at most {letters} letters",
        "--why 为不超过 {letters} 字的一行",
    ),
    "failback.agreed": (
        "Signed that {system} may be led away from {server} ({did}); counts until {until}: {path}",
        "已签署：{system} 可自 {server} 切回（{did}）；有效至 {until}：{path}",
    ),
    "failback.not-declared": (
        "nobody declared how {replica} of {system} is led home",
        "未声明 {system} 的 {replica} 如何切回",
    ),
    "failback.not-declared.remedy": (
        "add make: and failback: (each with data:) and failover: to that standby under recovery.systems.{system}.postgresql",
        "请在 recovery.systems.{system}.postgresql 的该备库下添加 make:、failback:（各含 data:）与 failover:",
    ),
    "failback.not-closed": (
        "it did not end as one that wrote its whole log: {data}",
        "未能干净关闭并写完日志：{data}",
    ),
    "failback.not-closed.remedy": (
        "see its server's log; the same command tries again",
        "请查看其服务器日志；可重复同一命令",
    ),
    "failback.not-opened": (
        "nobody may write to it after it was started: {data}",
        "启动后仍不可写：{data}",
    ),
    "failback.not-opened.remedy": (
        "see its server's log; the same command opens it",
        "请查看其服务器日志；重复同一命令即可打开",
    ),
    "failback.primary.answers": (
        "the present primary {server} answers, and runs on {data}",
        "现主库 {server} 可应答，数据目录 {data}",
    ),
    "failback.primary.silent": (
        "the present primary {server} does not answer",
        "现主库 {server} 无应答",
    ),
    "failback.primary.silent.remedy": (
        "make it answer: a switch that loses nothing needs both sides",
        "请使其可应答：不丢数据的切回需要两端",
    ),
    "failback.primary.standby": (
        "{server} is no primary",
        "{server} 不是主库",
    ),
    "failback.primary.standby.remedy": (
        "there is nothing to lead home from there; `migrate dr check` tells how the pair stands",
        "无需从该处切回；两端状态见 `migrate dr check`",
    ),
    "failback.primary.data": (
        "{server} runs on {data}, and not on what make.data says",
        "{server} 的数据目录为 {data}，与 make.data 不符",
    ),
    "failback.primary.data.remedy": (
        "declare the folder that it runs on",
        "请声明其实际数据目录",
    ),
    "failback.lag": (
        "the old primary is {behind} bytes behind; {most} at most",
        "旧主库落后 {behind} 字节，上限 {most}",
    ),
    "failback.lag.remedy": (
        "wait until it has caught up",
        "请等待其追平",
    ),
    "failback.agreed.none": (
        "nobody agreed that clients are led away from {server}",
        "无人同意自 {server} 切回",
    ),
    "failback.agreed.signed": (
        "{by} agreed: {did}",
        "{by} 已同意：{did}",
    ),
    "failback.home.silent": (
        "the old primary does not answer; decision: {decision}",
        "旧主库无应答；决定：{decision}",
    ),
    "failback.home.silent.remedy": (
        "start it; the same command goes on",
        "请启动；重复同一命令即可继续",
    ),
    "failback.reopened": (
        "{server} was opened after the decision {decision}, or after what was decided then became the past",
        "{server} 在决定 {decision} 之后又被打开，或该决定已成过去",
    ),
    "failback.reopened.remedy": (
        "two sides may have been written to: stop the one that clients are not led to, find what was written to it, and take away the folder migrate-failover-\u2026 beside the old primary's data",
        "两侧可能都被写入：请停止客户端未使用的一侧，查明其上写入的数据，并移走旧主库数据旁的 migrate-failover-… 目录",
    ),
    "failback.last": (
        "the other side's log ends at {end}; the old primary has replayed up to {has}",
        "另一侧日志止于 {end}；旧主库已回放至 {has}",
    ),
    "failback.last.remedy": (
        "it did not get all in time: see its receiver; the same command tries again",
        "未能及时收到全部日志：请查看其接收进程；可重复同一命令",
    ),
    "failback.agreed.none.remedy": _SIGN,
    **{f"failback.agreed.{word}": text for word, text in _NOT_AGREED.items()},
    **{f"failback.agreed.{word}.remedy": _SIGN for word in _NOT_AGREED},
}
