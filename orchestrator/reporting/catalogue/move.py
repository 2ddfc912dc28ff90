"""Words of moving data: preflight, gate and comparison."""

TEXTS = {
    "move.unroutable": (
        "database {database}: the pooler's file cannot hold this name",
        "数据库 {database}：连接池配置文件无法写入该名称",
    ),
    "move.unroutable.remedy": (
        "rename the database: letters, digits, underscore, dot and hyphen can be routed",
        "请更改数据库名称：仅字母、数字、下划线、点和连字符可以路由",
    ),
    "move.gate.copied": ("{count} tables are not copied yet: {tables}", "{count} 张表尚未复制完成：{tables}"),
    "move.gate.copied.remedy": (
        "wait; `migrate status` shows bytes and time left",
        "请等待；`migrate status` 显示字节数和剩余时间",
    ),
    "move.gate.prepared": ("{count} prepared transactions", "{count} 个两阶段事务未结束"),
    "move.gate.prepared.remedy": (
        "COMMIT PREPARED or ROLLBACK PREPARED them; see pg_prepared_xacts",
        "请执行 COMMIT PREPARED 或 ROLLBACK PREPARED；见 pg_prepared_xacts",
    ),
    "move.gate.transaction": (
        "the oldest transaction is {seconds} s old (limit {limit} s)",
        "最早的事务已持续 {seconds} 秒（上限 {limit} 秒）",
    ),
    "move.gate.transaction.remedy": (
        "end it, or wait: everybody would wait for it while frozen; see pg_stat_activity",
        "请结束该事务或等待：冻结期间所有人都会等它；见 pg_stat_activity",
    ),
    "move.gate.following": ("nothing follows: no fresh answer from the other side", "没有跟随：另一侧没有新的应答"),
    "move.gate.following.remedy": (
        "see the subscription's errors in the log of the side that follows; a network in between?",
        "请查看跟随一侧日志中订阅的错误，并检查两侧之间的网络",
    ),
    "move.gate.tried": ("the trial of dump and restore has succeeded", "导出导入试运行已成功"),
    "move.gate.tried.remedy": (
        "`migrate batch N` tries it; `migrate status` says how far it is",
        "`migrate batch N` 会执行试运行；`migrate status` 显示进度",
    ),
    "move.gate.copy": (
        "the trial took {seconds} s for what may take {limit} s while clients wait",
        "试运行用时 {seconds} 秒；客户端等待期间的上限为 {limit} 秒",
    ),
    "move.gate.copy.remedy": (
        "raise moving.postgresql.SYSTEM.limits.copy, if the window has room for it, or give the target a faster disk",
        "若窗口允许，请调大 moving.postgresql.系统编号.limits.copy，或为目标端更换更快的磁盘",
    ),
    "move.gate.room": (
        "dump and restore need {needed} bytes on the target; {free} are free",
        "导出导入需要目标端 {needed} 字节，可用 {free} 字节",
    ),
    "move.gate.room.remedy": ("give the target a larger volume", "请为目标分配更大的卷"),
    "move.gate.one-way": (
        "this method leaves nothing that follows back: what is written on the target is lost by a rollback",
        "该方式没有反向复制：回退会丢失目标端新写入的数据",
    ),
    "move.gate.one-way.remedy": (
        "`migrate rollback SYSTEM --dry-run` counts the rows; `--lose NUMBER` accepts them",
        "`migrate rollback 系统编号 --dry-run` 给出行数；`--lose 行数` 表示接受",
    ),
    "dump.occupied": (
        "{server} has a database {database} that holds what is not ours",
        "{server} 上的数据库 {database} 中有非本工具创建的内容",
    ),
    "dump.occupied.remedy": (
        "nothing was touched; rename or drop it on the target, if nobody needs it, and run the command again",
        "未作任何改动；如无人使用，请在目标端重命名或删除该数据库后重试",
    ),
    "dump.in-use": ("somebody works in database {database} of {server}", "{server} 的数据库 {database} 正被使用"),
    "dump.in-use.remedy": (
        "end those sessions (pg_stat_activity) and run the command again: nobody works on a target before it opens",
        "请结束这些会话（见 pg_stat_activity）后重试：目标端开放前不应有人使用",
    ),
    "dump.trial": ("{system}: the trial of dump and restore failed: {said}", "{system}：导出导入试运行失败：{said}"),
    "dump.trial.remedy": (
        "the source was only read; mend the cause, then `migrate batch N` tries again",
        "源端仅被读取；排除原因后执行 `migrate batch N` 重试",
    ),
    "dump.trial-ended": (
        "{system}: the trial of dump and restore is gone without a word",
        "{system}：导出导入试运行已中断，未留下结果",
    ),
    "dump.trial-ended.remedy": (
        "the target was restarted? `migrate batch N` tries again",
        "目标端是否重启过？执行 `migrate batch N` 重试",
    ),
    "physical.occupied": (
        "the cluster on {server} is not empty ({databases}), and a physical copy would take its place",
        "{server} 上的实例不为空（{databases}），而物理复制会取代该实例",
    ),
    "physical.occupied.remedy": (
        "nothing was touched; save and drop on the target what nobody needs, or declare another method",
        "未作任何改动；请在目标端保存并删除无人需要的数据，或声明其他方式",
    ),
    "physical.seed": ("{system}: the base backup failed: {said}", "{system}：基础备份失败：{said}"),
    "physical.seed.remedy": (
        "the source was only read; mend the cause, then `migrate batch N` goes on, or after a rollback `migrate cutover`",
        "源端仅被读取；排除原因后执行 `migrate batch N` 继续；回退之后则执行 `migrate cutover`",
    ),
    "physical.seed-ended": (
        "{system}: the base backup is gone without a word",
        "{system}：基础备份已中断，未留下结果",
    ),
    "physical.seed-ended.remedy": (
        "the target was restarted? `migrate batch N` goes on, or after a rollback `migrate cutover`",
        "目标端是否重启过？执行 `migrate batch N` 继续；回退之后则执行 `migrate cutover`",
    ),
    "move.chosen": ("{system}: {method}, because of {checks}", "{system}：采用 {method}，原因：{checks}"),
    "move.gate.behind": ("{count} transactions behind (limit {limit})", "落后 {count} 个事务（上限 {limit}）"),
    "move.gate.behind.remedy": ("wait until it has caught up", "请等待追平"),
    "move.gate.lag": ("{bytes} bytes behind (limit {limit})", "落后 {bytes} 字节（上限 {limit}）"),
    "move.gate.lag.remedy": ("wait until it has caught up", "请等待追平"),
    "move.gate.secrets": (
        "the stored secrets of {count} roles differ between the two sides: {roles}",
        "{count} 个角色在两侧的口令密文不一致：{roles}",
    ),
    "move.gate.secrets.remedy": (
        "ALTER ROLE … PASSWORD on the side that opens, with rolpassword of pg_authid from the side that is left",
        "请在将开放的一侧用原侧 pg_authid 中的 rolpassword 执行 ALTER ROLE … PASSWORD",
    ),
    "move.gate.logins": (
        "{count} roles may log in that were not there when the system was prepared: {roles}",
        "{count} 个可登录角色在准备之后才出现：{roles}",
    ),
    "move.gate.logins.remedy": (
        "they would not be fenced: NOLOGIN, or prepare anew (`migrate drop`)",
        "这些角色不会被隔离：请设为 NOLOGIN，或重新准备（`migrate drop`）",
    ),
    "move.gate.pass": ("the last pass ended {seconds} s ago", "上一轮复制在 {seconds} 秒前结束"),
    "move.gate.pass.remedy": (
        "run the command again: it begins with passes; `migrate status` says what they took",
        "请重新运行该命令：会先进行复制；`migrate status` 显示用时",
    ),
    "move.gate.pass-time": (
        "the last pass took {seconds} s; the one that people wait for may take {limit} s",
        "上一轮复制用时 {seconds} 秒；冻结期间的一轮上限为 {limit} 秒",
    ),
    "move.gate.pass-time.remedy": (
        "wait until less is changed, or raise limits.catch_up and limits.frozen, if the window has room for it",
        "请在变更较少时进行；若窗口允许，可调大 limits.catch_up 与 limits.frozen",
    ),
    "move.gate.closed": (
        "{subject} is closed to all but the passes (mount options: {found})",
        "{subject} 仅允许复制写入（挂载选项：{found}）",
    ),
    "move.gate.closed.remedy": (
        "see who mounted it to be written to; `migrate drop` and begin anew if anything was written there",
        "请查明谁以读写方式挂载；若已有写入，请 `migrate drop` 后重新开始",
    ),
    "move.gate.mounted": (
        "{subject} is in use, to be written to (mount options: {found})",
        "{subject} 处于读写状态（挂载选项：{found}）",
    ),
    "move.gate.mounted.remedy": (
        "mount it there as it was; a file system that fell back to read-only has a fault of its disk",
        "请按原方式挂载；自动转为只读通常表示磁盘故障",
    ),
    "move.gate.writers": (
        "nobody has files of {subject} open for writing: {who}",
        "{subject} 没有正在写入的文件：{who}",
    ),
    "move.gate.writers.remedy": (
        "end them, or declare what ends and begins them as `stop` and `start`",
        "请结束这些进程，或用 `stop` 和 `start` 声明停止与启动命令",
    ),
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
    "move.gate.pages": (
        "{subject} answers every declared page; else {path}: {said}",
        "{subject} 能正常应答所有声明的页面；否则 {path}：{said}",
    ),
    "move.gate.pages.remedy": (
        "see its nginx, and what that may read",
        "请检查该侧的 nginx 及其读取权限",
    ),
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
    "move.files-line": (
        "{system}: the target does not reach the source at {address} by its key: {said}",
        "{system}：目标端无法用密钥登录源端 {address}：{said}",
    ),
    "move.files-line.remedy": (
        "let the target's address through to the source's sshd; see AuthorizedKeysFile and PermitRootLogin there",
        "请放通目标端到源端 sshd 的访问，并检查源端 AuthorizedKeysFile 与 PermitRootLogin",
    ),
    "move.files-closed": (
        "{system}: {path} on {server} is not closed, as after a restart: somebody may have written there",
        "{system}：{server} 上的 {path} 未处于关闭状态（如重启之后），可能已有写入",
    ),
    "move.files-closed.remedy": (
        "if nobody has: mount -o remount,bind,ro {path} there, then repeat the command",
        "若确认无人写入：请在该处执行 mount -o remount,bind,ro {path} 后重复该命令",
    ),
    "move.files-answer": ("the target's answer is not of the form we know: {said}", "目标端的应答格式不正确：{said}"),
    "move.files-answer.remedy": (
        "run the command again; `migrate drop` puts our programs there anew",
        "请重新运行该命令；`migrate drop` 后会重新安装程序",
    ),
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
    "move.proxy-address": (
        "the proxy was told that the target is at {wanted}, and has {found}: {said}",
        "已通知代理目标地址为 {wanted}，但代理中为 {found}：{said}",
    ),
    "move.proxy-address.remedy": (
        "write the target's address into HAProxy's configuration, and reload it",
        "请将目标地址写入 HAProxy 配置并重新加载",
    ),
    "move.proxy-name": ("{name}: HAProxy's commands cannot hold this name", "{name}：HAProxy 命令无法使用该名称"),
    "move.proxy-name.remedy": (
        "name backend and servers in letters, digits, `_`, `.`, `:` and `-`",
        "后端与服务器名称请只用字母、数字和 `_`、`.`、`:`、`-`",
    ),
    "move.seed-failed": (
        "{system}: the first copy failed at {step}: {said}",
        "{system}：首次复制在 {step} 失败：{said}",
    ),
    "move.seed-failed.remedy": (
        "mend the cause and run `migrate batch N` again: it begins the copy anew",
        "请排除原因后重新运行 `migrate batch N`：将重新开始复制",
    ),
    "move.account": ("an account cannot be copied: {said}", "账号无法复制：{said}"),
    "move.account.remedy": (
        "rename accounts whose names hold line breaks, and run the command again",
        "请重命名含换行的账号后重新运行该命令",
    ),
    "move.reverse-gone": (
        "{system}: {server} no longer knows whom to follow",
        "{system}：{server} 上的反向复制配置已丢失",
    ),
    "move.reverse-gone.remedy": (
        "the side that opened is right and goes on; look at its replication, then run the command again",
        "已开放的一侧数据正确并继续服务；请检查复制配置后重新运行该命令",
    ),
    "move.no-system": ("{system} is not on the migration list", "迁移清单中没有 {system}"),
    "move.no-system.remedy": ("`migrate list show` lists the ids", "`migrate list show` 列出全部编号"),
    "move.not-declared": (
        "programme.yaml does not say how the data of {system} moves",
        "programme.yaml 未声明 {system} 的数据如何迁移",
    ),
    "move.not-declared.remedy": (
        "declare it under moving.KIND.{system}: postgresql, mariadb, files, static, external, rehost, or webapp for what has files"
        " and a database (`migrate schema programme`)",
        "请在 moving.KIND.{system} 下声明：postgresql、mariadb、files、static、external、rehost，兼有文件与数据库的为 webapp"
        "（`migrate schema programme`）",
    ),
    "move.no-server": ("{system} has no server {server} on the list", "清单中 {system} 没有服务器 {server}"),
    "move.no-server.remedy": (
        "name one of its servers as `server` of {system} under `moving:`",
        "请在 `moving:` 下 {system} 的 `server` 填写该系统的服务器编号",
    ),
    "move.no-source": ("{server} of {system} has no source address", "{system} 的 {server} 没有源服务器地址"),
    "move.no-source.remedy": ("fill 源服务器IP of its row", "请填写该行的源服务器IP"),
    "move.not-begun": ("no data of {system} moves yet ({phase})", "{system} 的数据尚未开始迁移（{phase}）"),
    "move.not-begun.remedy": ("`migrate batch N` prepares and copies", "`migrate batch N` 完成准备与复制"),
    "move.not-ready": ("{system} is not ready for a frozen section: {checks}", "{system} 尚不能冻结：{checks}"),
    "move.not-ready.remedy": (
        "clients were not held; look with `migrate status`, and try again when the copy follows",
        "客户端未受影响；请用 `migrate status` 查看，待副本跟上后重试",
    ),
    "move.not-confirmed": ("the cutover of {system} was not confirmed", "{system} 的割接未确认"),
    "move.would-lose": (
        "the source of {system} does not follow: a rollback would lose rows: {rows}",
        "{system} 的源端未跟随：回退将丢失数据行：{rows}",
    ),
    "move.would-lose.remedy": (
        "`migrate rollback {system} --dry-run` counts them; `--lose NUMBER` accepts that many at most",
        "`migrate rollback {system} --dry-run` 给出行数；`--lose 行数` 表示最多接受丢失该行数",
    ),
    "move.undecided": (
        "nobody can tell yet which side of {system} opens ({failed}); nobody writes until it is known; left: {left}",
        "{system} 由哪一侧开放尚不可知（{failed}）；确定之前两侧均不可写；未完成：{left}",
    ),
    "move.undecided.remedy": (
        "bring the opening side back or shut its port at the cloud, then run the same command: it decides first",
        "恢复将开放的一侧，或在云上关闭其端口，然后重新执行同一命令：命令会先作出决定",
    ),
    "move.progress": (
        "{system}: copied {done} of {all} bytes, {lag} behind",
        "{system}：已复制 {done}/{all} 字节，落后 {lag}",
    ),
    "move.waits.preflight": ("the preflight forbids it: {checks}", "预检不通过：{checks}"),
    "move.waits.method": (
        "only {method} is possible, which this release does not do yet: {checks}",
        "只能采用 {method}，本版尚不支持：{checks}",
    ),
    "move.waits.seed": ("the first copy is under way: {done} of {all} bytes", "首次复制进行中：{done}/{all} 字节"),
    "move.waits.decision": ("the side that opens has not answered ({failed})", "将开放的一侧没有应答（{failed}）"),
    "move.cutover": (
        "Cutover of {system}: {leaving} → {opening}, {method}, clients wait {seconds} s at most",
        "{system} 割接：{leaving} → {opening}，{method}，客户端最多等待 {seconds} 秒",
    ),
    "move.rollback": (
        "Rollback of {system}: {leaving} → {opening}, {method}, clients wait {seconds} s at most",
        "{system} 回退：{leaving} → {opening}，{method}，客户端最多等待 {seconds} 秒",
    ),
    "move.column.no": ("no", "序号"),
    "move.column.line": ("line", "步骤"),
    "move.column.deadline": ("deadline", "时限"),
    "move.column.undo": ("taken back by", "撤销方式"),
    "move.decides": ("(decides)", "（决定点）"),
    "move.digest": ("Plan sha256:{digest}", "方案 sha256:{digest}"),
    "move.would-lose-rows": ("would lose {rows} rows of {table}", "将丢失 {table} 的 {rows} 行"),
    "move.go-on": ("Hold the clients of {system} now?", "现在冻结 {system} 的客户端？"),
    "move.cutover.open": (
        "{system} is open on its target; clients were held for {milliseconds} ms",
        "{system} 已在目标端开放；客户端等待 {milliseconds} 毫秒",
    ),
    "move.cutover.back": (
        "{system} serves from its source again; clients were held for {milliseconds} ms",
        "{system} 已恢复由源端服务；客户端等待 {milliseconds} 毫秒",
    ),
    "move.rollback.open": (
        "{system} is back at its source; clients were held for {milliseconds} ms",
        "{system} 已回退到源端；客户端等待 {milliseconds} 毫秒",
    ),
    "move.rollback.back": (
        "the rollback of {system} failed; the target still serves; clients were held for {milliseconds} ms",
        "{system} 回退失败，仍由目标端服务；客户端等待 {milliseconds} 毫秒",
    ),
    "move.because": ("at “{line}”: {cause}", "在“{line}”：{cause}"),
    "move.way-back": (
        "The source follows the target. The way back: migrate rollback {system}",
        "源端正在跟随目标端。回退命令：migrate rollback {system}",
    ),
    "move.way-back.dump": (
        "Nothing follows the target: a rollback loses what is written from now on. The way back: migrate rollback {system}",
        "没有反向复制：回退会丢失此后写入的数据。回退命令：migrate rollback {system}",
    ),
    "move.way-back.rsync": (
        "The source stays read-only; passes bring it what changes on the target when you go back. The way back: migrate rollback {system}",
        "源端保持只读；回退时先将目标端的变更复制回源端。回退命令：migrate rollback {system}",
    ),
    "move.way-back.tar": (
        "The source stays read-only; passes bring it what changes on the target when you go back. The way back: migrate rollback {system}",
        "源端保持只读；回退时先将目标端的变更复制回源端。回退命令：migrate rollback {system}",
    ),
    "move.way-back.together": (
        "The source's databases follow the target; its files stay read-only, and passes bring them what changes there when you go back. The way back: migrate rollback {system}",
        "源端数据库正在跟随目标端；源端文件保持只读，回退时先将目标端的变更复制回源端。回退命令：migrate rollback {system}",
    ),
    "move.way-back.physical": (
        "The source stays as it was left: a rollback loses what is written from now on. The way back: migrate rollback {system}",
        "源端保持切换时的状态：回退会丢失此后写入的数据。回退命令：migrate rollback {system}",
    ),
    "move.method.logical": ("logical replication", "逻辑复制"),
    "move.method.physical": ("physical replication", "物理复制"),
    "move.method.rsync": ("passes of rsync", "rsync 多轮复制"),
    "move.method.tar": ("passes of tar", "tar 多轮复制"),
    "move.method.together": ("all parts at one moment", "各部分同时"),
    "move.method.dump": ("dump and restore", "导出导入"),
    "move.no-target": ("{system}: its server {server} is not on its cloud", "{system}：云上没有服务器 {server}"),
    "move.no-target.remedy": ("`migrate batch N` makes it", "`migrate batch N` 会创建"),
    "move.edited": (
        "{system}: {fields} of its move were edited after it was begun",
        "{system}：迁移开始后，{fields} 被修改",
    ),
    "move.edited.remedy": (
        "put it back as it was; what is under way goes on as it was begun",
        "请改回原样；进行中的迁移按开始时的内容继续",
    ),
    "move.waits.person": (
        "it was rolled back: only a person sends it there again (`migrate cutover {system}`)",
        "已回退：须由人员再次发起（`migrate cutover {system}`）",
    ),
}
