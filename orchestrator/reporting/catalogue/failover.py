"""Texts of failovers."""

TEXTS = {
    "failover.plan": (
        "A failover of {system} to its standby ({replica}):",
        "{system} 故障切换至其备库（{replica}）：",
    ),
    "failover.step.claim": ("nobody else fails over to this standby", "确认无人同时切换至该备库"),
    "failover.step.look": (
        "both ends, the fence, and what would be lost",
        "查看两端、隔离情况及可能的丢失",
    ),
    "failover.step.decide": (
        "the decision, beside the standby's data; from here on it is only finished",
        "在备库数据旁写下决定；此后只能完成，不能撤回",
    ),
    "failover.step.settings": ("the standby may commit without a standby of its own", "使备库可独立提交"),
    "failover.step.promote": ("it is promoted: a new timeline, and a row", "提升备库：新时间线并写入一行"),
    "failover.step.route": ("the pooler leads clients there", "连接池指向新主库"),
    "failover.step.verify": (
        "one insert through each application's role, taken back",
        "以各应用角色各插入一行并撤回",
    ),
    "failover.progress": ("failover: {step}", "故障切换：{step}"),
    "failover.go-on": (
        "Make {replica} the primary of {system}? The way back copies the old primary anew.",
        "将 {replica} 提升为 {system} 的主库？切回时须重新复制旧主库。",
    ),
    "failover.possible": ("Nothing forbids it.", "无任何阻碍。"),
    "failover.forbidden": ("It is forbidden; nothing was changed.", "不允许切换；未做任何改动。"),
    "failover.nothing": ("It ended before the decision; nothing was changed.", "在决定之前结束；未做任何改动。"),
    "failover.begun": (
        "It was decided ({failover}): `migrate dr failover {system}` goes on from there, whatever is said by now.",
        "已作出决定（{failover}）：`migrate dr failover {system}` 将从该处继续完成。",
    ),
    "failover.done": (
        "{system} is served from {replica} ({failover})",
        "{system} 现由 {replica} 提供服务（{failover}）",
    ),
    "failover.unfinished": (
        "{replica} is decided to be the primary of {system}, and not all is done and proved ({failover}): the same command goes on",
        "已决定 {replica} 为 {system} 的主库，但尚未全部完成并验证（{failover}）：重复同一命令即可继续",
    ),
    "failover.made": (
        "It was decided and promoted ({failover}): `migrate dr failover {system}` proves it again and changes nothing that is done.",
        "已决定并完成提升（{failover}）：再次执行 `migrate dr failover {system}` 只会重新验证，不改动已完成部分。",
    ),
    "failover.unproved": (
        "{replica} is the primary of {system} ({failover}); what did not pass below a person must see to",
        "{replica} 已是 {system} 的主库（{failover}）；下列未通过项需人工处理",
    ),
    "failover.split": (
        "split: the old primary of {system} answers and may be written to beside {replica}. Keep every client from it, stop it, and find what was written to it",
        "脑裂：{system} 的旧主库仍可应答并可写，与 {replica} 并存。请阻断其所有客户端、停止该库并查明其上写入的数据",
    ),
    "failover.because": ("It ended at: {step}; {cause}", "止于：{step}；{cause}"),
    "failover.check": ("a check did not pass", "有检查项未通过"),
    "failover.none": (
        "{system} has no standby to fail over to: only PostgreSQL standbys can be",
        "{system} 没有可切换的备库：仅支持 PostgreSQL 流复制备库",
    ),
    "failover.none.remedy": (
        "declare it under recovery.systems.{system}.postgresql",
        "请在 recovery.systems.{system}.postgresql 中声明",
    ),
    "failover.which": ("{system} has these standbys: {addresses}", "{system} 的备库有：{addresses}"),
    "failover.which.remedy": ("choose one with --replica", "请用 --replica 指定其一"),
    "failover.running": ("somebody fails over {system} now; nothing was touched", "{system} 正在切换中；未做任何改动"),
    "failover.running.remedy": (
        "wait for its end; it is free as soon as the process that fails over has ended",
        "请等待其结束；切换进程一结束即可再次执行",
    ),
    "failover.decision": (
        "what stands beside the standby's data is no decision of this tool: {said}",
        "备库数据旁的内容并非本工具的决定：{said}",
    ),
    "failover.decision.remedy": (
        "a person must look at the folder migrate-failover-… beside the data",
        "需人工查看数据目录旁的 migrate-failover-… 目录",
    ),
    "failover.settings": (
        "synchronous_standby_names is still set after {seconds} s",
        "{seconds} 秒后 synchronous_standby_names 仍有设置",
    ),
    "failover.settings.remedy": (
        "find what sets it (pg_file_settings), then give the same command",
        "请查明其设置来源（pg_file_settings），再重复同一命令",
    ),
    "failover.not-promoted": ("it still recovers after {seconds} s", "{seconds} 秒后仍处于恢复状态"),
    "failover.not-promoted.remedy": (
        "see the standby's log; the same command goes on",
        "请查看备库日志；重复同一命令即可继续",
    ),
    "failover.statement": (
        "--did takes one line of at most {letters} letters, --since no moment to come",
        "--did 为不超过 {letters} 字的一行，--since 不能晚于现在",
    ),
    "failover.stated": (
        "Signed that {server} of {system} can no longer be written to since {since} ({did}); counts until {until}: {path}",
        "已签署：{system} 的 {server} 自 {since} 起不可写（{did}）；有效至 {until}：{path}",
    ),
    "failover.primary.silent": ("nobody answers as the primary {server} ({fault})", "主库 {server} 无应答（{fault}）"),
    "failover.primary.answers": ("the primary {server} answers", "主库 {server} 可应答"),
    "failover.primary.answers.remedy": (
        "leave it by an ordinary cutover (`migrate cutover {subject}`), which loses nothing; a failover is for a primary that is gone",
        "请用常规割接（`migrate cutover {subject}`）切换，不会丢失数据；故障切换仅用于主库失效",
    ),
    "failover.primary.speaks": (
        "{server} says something, though not how it stands: {said} ({fault})",
        "{server} 有应答，只是未说明状态：{said}（{fault}）",
    ),
    "failover.primary.speaks.remedy": (
        "it lives: make it answer (`migrate dr check`), or fence it until it is silent",
        "其仍在运行：请使其可应答（`migrate dr check`），或隔离至无应答",
    ),
    "failover.primary.unasked": ("{server} could not be asked: {fault} {said}", "无法询问 {server}：{fault} {said}"),
    "failover.primary.unasked.remedy": (
        "mend that first: whom nobody asked is not silent",
        "请先解决此问题：没有询问过不等于无应答",
    ),
    "failover.primary.standby": ("{server} answers and is a standby itself", "{server} 可应答，且自身是备库"),
    "failover.primary.standby.remedy": (
        "declare the primary that the standby follows; `migrate dr check` tells more",
        "请声明备库实际跟随的主库；详见 `migrate dr check`",
    ),
    "failover.standby.stands": (
        "the standby is of this primary, which it hears nothing of (timeline {timeline}, position {lsn}; received and to be replayed: {behind} bytes)",
        "备库属于该主库且已收不到其消息（时间线 {timeline}，位置 {lsn}；已接收待回放 {behind} 字节）",
    ),
    "failover.standby.silent": ("the standby does not answer ({fault})", "备库无应答（{fault}）"),
    "failover.standby.silent.remedy": (
        "start it, or let us in; see `migrate dr check`",
        "请启动或放行；详见 `migrate dr check`",
    ),
    "failover.standby.promoted": (
        "it is no standby any more, and no failover of ours decided that",
        "其已不是备库，且并非本工具的切换所致",
    ),
    "failover.standby.promoted.remedy": (
        "find out who promoted it and what was written to it since",
        "请查明由谁提升以及其后写入的数据",
    ),
    "failover.standby.another": (
        "it is a copy of cluster {target}; the primary that was checked is {source}",
        "其为集群 {target} 的副本；核查过的主库为 {source}",
    ),
    "failover.standby.another.remedy": ("declare the standby of this primary", "请声明该主库的备库"),
    "failover.standby.paused": ("its replay is paused", "其回放已暂停"),
    "failover.standby.paused.remedy": (
        "find out who paused it, then SELECT pg_wal_replay_resume()",
        "查明暂停原因后执行 SELECT pg_wal_replay_resume()",
    ),
    "failover.standby.delayed": ("it replays {delay} late on purpose", "其有意延迟 {delay} 回放"),
    "failover.standby.delayed.remedy": (
        "decide up to which moment it is to replay; with recovery_min_apply_delay = 0 and a reload it replays all",
        "请决定回放到何时；设 recovery_min_apply_delay = 0 并重新加载则全部回放",
    ),
    "failover.standby.fed": (
        "it heard of its primary {age} ago: that one lives, whoever cannot reach it",
        "其 {age} 前仍收到主库消息：主库仍在运行，只是从此处无法到达",
    ),
    "failover.standby.fed.remedy": (
        "fence the primary so that it is silent to the standby too, or leave it by a cutover",
        "请先隔离主库，使其对备库也无应答；或用常规割接",
    ),
    "failover.standby.resumed": (
        "it was decided to promote it ({failover}), and it has heard more of its primary since",
        "已决定提升该备库（{failover}），但其后仍收到主库数据",
    ),
    "failover.standby.resumed.remedy": (
        "the primary was not fenced: fence it; then a person takes away the folder migrate-failover-… beside the standby's data, and the failover begins anew",
        "主库并未隔离：请先隔离，再人工删除备库数据旁的 migrate-failover-… 目录，然后重新切换",
    ),
    "failover.standby.unseen": (
        "no check ever saw its primary: nobody can tell that this is its copy",
        "从未有核查见过其主库：无法判断是否为其副本",
    ),
    "failover.standby.unseen.remedy": (
        "find the evidence of its checks, or accept with --accept-loss unknown that nobody can tell",
        "请找回其核查证据，或以 --accept-loss unknown 接受无法判断",
    ),
    "failover.fence.statement": (
        "{by} signed that {server} cannot be written to since {since}: {did}",
        "{by} 已签署：{server} 自 {since} 起不可写：{did}",
    ),
    "failover.fence.none": (
        "nobody says that {server} can no longer be written to; that it is silent says nothing",
        "无人声明 {server} 已不可写；无应答不能说明任何问题",
    ),
    "failover.fence.none.remedy": (
        "fence it (power, network, disk); a second person signs that: migrate dr fenced {subject} --did WHAT --key KEY --out FILE; then --fenced-by FILE",
        "请隔离该库（断电、断网或卸盘），由第二人签署：migrate dr fenced {subject} --did 措施 --key 密钥 --out 文件；然后 --fenced-by 文件",
    ),
    "failover.fence.unreadable": ("the statement cannot be read", "声明文件无法读取"),
    "failover.fence.unreadable.remedy": (
        "have it signed anew with `migrate dr fenced`",
        "请用 `migrate dr fenced` 重新签署",
    ),
    "failover.fence.unsigned": ("the statement is not signed", "声明没有签名"),
    "failover.fence.unsigned.remedy": ("have it signed with `migrate dr fenced`", "请用 `migrate dr fenced` 签署"),
    "failover.fence.signature-form": ("the statement's signature is none", "声明中的签名无效"),
    "failover.fence.signature-form.remedy": (
        "have it signed anew with `migrate dr fenced`",
        "请用 `migrate dr fenced` 重新签署",
    ),
    "failover.fence.signature-wrong": ("the statement is not what was signed", "声明内容与签名不符"),
    "failover.fence.signature-wrong.remedy": (
        "have it signed anew with `migrate dr fenced`",
        "请用 `migrate dr fenced` 重新签署",
    ),
    "failover.fence.signature-unknown-signer": (
        "no approver has the key that signed the statement",
        "签署声明的密钥不属于任何审批人",
    ),
    "failover.fence.signature-unknown-signer.remedy": (
        "put the key into the approvers' file (namespace migrate-fence), or have an approver sign",
        "请将该密钥加入审批人文件（命名空间 migrate-fence），或由审批人签署",
    ),
    "failover.fence.signature-no-signers": ("there is no file of approvers to judge it by", "没有可供核验的审批人文件"),
    "failover.fence.signature-no-signers.remedy": (
        "write moving.approvers (ssh-keygen(1), ALLOWED SIGNERS)",
        "请编写 moving.approvers（见 ssh-keygen(1)）",
    ),
    "failover.fence.signature-no-program": ("there is no ssh-keygen here to judge it", "本机没有用于核验的 ssh-keygen"),
    "failover.fence.signature-no-program.remedy": ("install OpenSSH's client", "请安装 OpenSSH 客户端"),
    "failover.fence.signature-failed": ("ssh-keygen could not judge it", "ssh-keygen 无法核验"),
    "failover.fence.signature-failed.remedy": ("give the same command again", "请重复同一命令"),
    "failover.fence.other-programme": ("the statement is on another programme", "声明属于另一项目"),
    "failover.fence.other-programme.remedy": ("have it signed in this programme's folder", "请在本项目目录中签署"),
    "failover.fence.other-system": ("the statement is on another system", "声明针对另一系统"),
    "failover.fence.other-system.remedy": ("have it signed for {subject}", "请针对 {subject} 签署"),
    "failover.fence.other-server": ("the statement is on another server than {server}", "声明针对的不是 {server}"),
    "failover.fence.other-server.remedy": (
        "fence {server} and have that signed",
        "请隔离 {server} 并就此签署",
    ),
    "failover.fence.expired": (
        "the statement does not count now, or says to be of a moment to come",
        "声明现已失效，或其时间晚于现在",
    ),
    "failover.fence.expired.remedy": (
        "have somebody look again that {server} is fenced, and sign anew",
        "请重新确认 {server} 已隔离并再次签署",
    ),
    "failover.fence.same-person": (
        "whoever fails over cannot be the one who says that {server} is fenced",
        "切换操作人不能同时声明 {server} 已隔离",
    ),
    "failover.fence.same-person.remedy": ("a second person signs", "请由第二人签署"),
    "failover.fence.contradicted": (
        "the standby has a heartbeat that the primary wrote after it is said to be fenced ({since})",
        "备库中有主库在声称的隔离时间（{since}）之后写入的心跳",
    ),
    "failover.fence.contradicted.remedy": (
        "it was not fenced then: look what can still write to it, and have the true moment signed",
        "彼时并未隔离：请查明仍可写入者，并按真实时间重新签署",
    ),
    "failover.loss.bound": (
        "lost: at most {most} heartbeat(s), all that was written within {seconds} before the fence; at least {least}; bytes a check saw and the standby never got: {lacking}; accepted: {accepted}",
        "丢失：最多 {most} 次心跳（隔离前 {seconds} 内的全部写入），至少 {least} 次；核查见过而备库未收到的字节：{lacking}；已接受：{accepted}",
    ),
    "failover.loss.bound.remedy": (
        "accept it with --accept-loss {most}, or wait for the primary to come back",
        "以 --accept-loss {most} 接受，或等待主库恢复",
    ),
    "failover.loss.unknown": (
        "what is lost nobody can tell (no check saw the primary's heartbeat); heartbeats at least: {least}; bytes a check saw and the standby never got: {lacking}",
        "丢失量无法判断（无核查见过主库心跳）；至少心跳：{least}；核查见过而备库未收到的字节：{lacking}",
    ),
    "failover.loss.unknown.remedy": (
        "accept by the word: --accept-loss unknown",
        "以 --accept-loss unknown 明示接受",
    ),
    "failover.synchronous": (
        "it commits without a standby; waited for before: {before}",
        "可独立提交；此前等待的备库：{before}",
    ),
    "failover.promoted": (
        "promoted: timeline {before} → {timeline}, and a row was written",
        "已提升：时间线 {before} → {timeline}，并已写入一行",
    ),
    "failover.promoted.remedy": ("see the standby's log", "请查看备库日志"),
    "failover.route": ("the pooler {pooler} leads to it: {databases}", "连接池 {pooler} 已指向它：{databases}"),
    "failover.route.remedy": (
        "the pooler does not show these: does its configuration include the file, and may it read it?",
        "连接池未显示这些库：请确认其配置包含该文件且可读",
    ),
    "failover.route.none": ("no pooler is declared (failover.pooler)", "未声明连接池（failover.pooler）"),
    "failover.route.none.remedy": ("lead clients to the new primary by hand", "请人工将客户端引向新主库"),
    "failover.login": ("{role} may log in", "{role} 可登录"),
    "failover.login.remedy": (
        "ALTER ROLE {role} LOGIN, if it is the application's",
        "若为应用角色，请 ALTER ROLE {role} LOGIN",
    ),
    "failover.insert.none": ("no application's role is declared (failover.roles)", "未声明应用角色（failover.roles）"),
    "failover.insert.none.remedy": ("try the application by hand", "请人工验证应用"),
    "failover.insert.nothing": ("no role may insert into a table that gives keys", "没有角色可写入自增键表"),
    "failover.insert.nothing.remedy": ("try the application by hand", "请人工验证应用"),
}
