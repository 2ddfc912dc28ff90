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
