"""Words of runs: how they stand, what stopped them, what to do."""

TEXTS = {
    "run.locked": (
        "another run holds this programme: pid {pid} since {since}, `{command}`",
        "本迁移项目正被另一个运行占用：进程 {pid}，自 {since} 起，命令 `{command}`",
    ),
    "run.locked.remedy": (
        "wait for it, watch it with `migrate status BATCH --watch`, or stop it with `migrate cancel BATCH`",
        "等待其结束，用 `migrate status 批次 --watch` 查看，或用 `migrate cancel 批次` 停止",
    ),
    "run.locked-elsewhere": (
        "another machine runs this programme: {host} since {since}, `{command}`",
        "另一台机器正在运行本迁移项目：{host}，自 {since} 起，命令 `{command}`",
    ),
    "run.locked-elsewhere.remedy": (
        "go on there, or end that process; its database session gives the programme back at once",
        "在该机器上继续，或结束该进程；其数据库会话一断开即释放占用",
    ),
    "run.lease-lost": (
        "another machine took this programme over while the database had lost our session: {host} since {since}, "
        "`{command}`; this run has stopped",
        "数据库会话中断期间，本迁移项目已由另一台机器接管：{host}，自 {since} 起，命令 `{command}`；本次运行已停止",
    ),
    "run.lease-lost.remedy": (
        "let it finish there: it goes on with every unfinished system; and find out why the session ended "
        "(restart, failover, firewall)",
        "由该机器继续执行，未完成的系统均由其接续；并查明会话中断的原因（数据库重启、主备切换、防火墙）",
    ),
    "run.database": ("the engine's database {url} does not answer: {error}", "流程数据库 {url} 无应答：{error}"),
    "run.database.remedy": (
        "check `database_url` in programme.yaml; without it the state is kept in .migrate/",
        "检查 programme.yaml 的 `database_url`；不设置时状态保存在 .migrate/",
    ),
    "run.offer-missing": ("cloud {cloud} does not offer: {missing}", "云 {cloud} 不提供：{missing}"),
    "run.offer-missing.remedy": (
        "have it made on the cloud, or correct flavors, images or networks in programme.yaml",
        "在云上补齐，或更正 programme.yaml 中的规格、镜像、网络",
    ),
    "run.server-gone": ("server {server} is not on cloud {cloud} any more", "云 {cloud} 上已没有云主机 {server}"),
    "run.server-gone.remedy": (
        "run the batch again: what is missing is made again",
        "重新执行该批次：缺失的资源会重新创建",
    ),
    "run.no-host-key": (
        "server {server} on {cloud} told no SSH host key on its console in time",
        "云 {cloud} 的云主机 {server} 未在限时内从控制台给出 SSH 主机密钥",
    ),
    "run.no-host-key.remedy": (
        "look at its console; the image must run cloud-init and log to the serial console",
        "查看其控制台；镜像须运行 cloud-init 并输出到串口控制台",
    ),
    "run.playbook": ("the playbook ended as {status}: {failures}", "剧本结果为 {status}：{failures}"),
    "run.playbook.remedy": (
        "the rendered files are in {folder}; after the repair run `migrate retry` with `--from configure`",
        "生成的文件在 {folder}；修复后执行 `migrate retry` 并加 `--from configure`",
    ),
    "run.cancelled": ("{system} was cancelled", "{system} 已取消"),
    "run.check": (
        "{failed} check(s) did not pass; first {check} of {subject}: {status} ({detail})",
        "{failed} 项检查未通过；首项 {check}（{subject}）：{status}（{detail}）",
    ),
    "run.check.remedy": (
        "unknown is not pass: repair what the check names, then run the batch again",
        "“未知”不等于通过：按检查所指修复后重新执行该批次",
    ),
    "run.server-active": (
        "server {subject} on {cloud} is {status}",
        "云 {cloud} 的云主机 {subject} 状态为 {status}",
    ),
    "run.engine": ("the engine ended the workflow: {error}", "流程引擎终止了流程：{error}"),
    "run.engine.remedy": ("the engine's log is .migrate/engine.log", "引擎日志见 .migrate/engine.log"),
    "run.interrupted": (
        "batch {batch} was interrupted; the same command goes on from here",
        "批次 {batch} 已中断；再次运行同一命令即可继续",
    ),
    "run.stopping": (
        "stopping: steps that run are finished first (Ctrl-C again stops at once; both can go on later)",
        "正在停止：先完成进行中的步骤（再按一次 Ctrl-C 立即停止；两者均可续）",
    ),
    "run.resuming": ("{count} system(s) go on where they were", "{count} 个系统从中断处继续"),
    "run.step-started": ("{at}  {system}{cloud}  {step} …", "{at}  {system}{cloud}  {step} …"),
    "run.step-done": (
        "{at}  {system}{cloud}  {step}: done in {seconds}",
        "{at}  {system}{cloud}  {step}：完成，用时 {seconds}",
    ),
    "run.step-failed": (
        "{at}  {system}{cloud}  {step}: FAILED after {seconds}: {error}",
        "{at}  {system}{cloud}  {step}：失败，用时 {seconds}：{error}",
    ),
    "run.step-held": (
        "{at}  {system}{cloud}  {step}: held after {seconds}, its cloud is lost",
        "{at}  {system}{cloud}  {step}：所在云不可用，{seconds} 后暂停",
    ),
    "run.cloud-lost": (
        "{cloud} is paused: its systems are held where they stand, those of other clouds go on. [{code}] {cause}",
        "云 {cloud} 已暂停：其上系统停在原处，其他云的系统继续。[{code}] {cause}",
    ),
    "run.cloud-lost.remedy": (
        "{remedy}. `migrate doctor` tells whether it lets us in; then `migrate batch {batch}` goes on where it stood",
        "{remedy}。`migrate doctor` 可确认能否登录；之后执行 `migrate batch {batch}` 即从原处继续",
    ),
    "run.held-back": (
        "{cloud} is paused and holds {systems}: once that is mended (`migrate doctor` tells whether it lets us in), "
        "`migrate batch {batch}` goes on",
        "云 {cloud} 已暂停，系统 {systems} 停在原处：问题排除后（`migrate doctor` 可确认能否登录），执行 "
        "`migrate batch {batch}` 继续",
    ),
    "run.progress": ("running, {elapsed}", "执行中，{elapsed}"),
    "run.more": ("and {count} more", "另有 {count} 个"),
    "run.none": ("batch {batch} was never run", "批次 {batch} 尚未执行过"),
    "run.column.system": ("system", "系统"),
    "run.column.status": ("status", "状态"),
    "run.column.attempt": ("attempt", "第几次"),
    "run.column.step": ("step", "步骤"),
    "run.column.steps": ("steps done", "已完成步骤"),
    "run.column.elapsed": ("elapsed", "用时"),
    "run.column.active": ("at work", "实际用时"),
    "run.column.ended": ("ended", "结束时间"),
    "run.left": (
        "about {left} of work left, by what the finished systems of this batch took",
        "按本批次已完成系统的用时估计，尚需约 {left}",
    ),
    "run.left-unknown": (
        "time left: unknown until a system of this batch has finished",
        "剩余时间：本批次尚无系统完成，无法估计",
    ),
    "run.list-unread": (
        "the list cannot be read now (`migrate list check` says why): systems that left the batch are counted too",
        "当前无法读取清单（`migrate list check` 说明原因）：已移出批次的系统也计入合计",
    ),
    "run.status.waiting": ("waiting", "等待"),
    "run.status.idle": ("waiting, nobody at work", "等待，无进程执行"),
    "run.status.left": ("left the batch", "已移出批次"),
    "run.task": ("{step}: task {number} of {of}, {task}", "{step}：第 {number}/{of} 项任务，{task}"),
    "run.task-of-unknown": ("an unknown number", "未知"),
    "run.server": ("{system}  {server} ({cloud})  {where}", "{system}  {server}（{cloud}）  {where}"),
    "run.left-batch": (
        "not counted, for they left the batch since they were run: {systems} ({count})",
        "以下系统执行后已移出本批次，不计入合计：{systems}（{count} 个）",
    ),
    "run.status.running": ("running", "执行中"),
    "run.status.done": ("done", "完成"),
    "run.status.failed": ("FAILED", "失败"),
    "run.status.cancelled": ("cancelled", "已取消"),
    "run.cause": ("{system} [{code}] {cause}", "{system} [{code}] {cause}"),
    "run.summary": (
        "batch {batch}: {done} done, {failed} failed, {cancelled} cancelled, {running} running, {waiting} waiting",
        "批次 {batch}：完成 {done}，失败 {failed}，取消 {cancelled}，执行中 {running}，等待 {waiting}",
    ),
    "run.held": ("running as pid {pid} since {since}: `{command}`", "正由进程 {pid} 执行，自 {since} 起：`{command}`"),
    "run.held-elsewhere": (
        "running from {host} since {since}: `{command}`",
        "正由 {host} 执行，自 {since} 起：`{command}`",
    ),
    "run.not-running": (
        "nobody runs this batch now; `migrate batch {batch}` goes on where it stopped",
        "当前没有进程在执行该批次；`migrate batch {batch}` 从停止处继续",
    ),
    "run.anchor": (
        "evidence head {head} (write it down elsewhere; `migrate evidence verify --head` checks it)",
        "证据链末端 {head}（请另行抄存；`migrate evidence verify --head` 可核对）",
    ),
    "run.cancelled-systems": (
        "batch {batch}: {count} cancelled: {systems}",
        "批次 {batch}：已取消 {count} 个：{systems}",
    ),
    "run.never-run": ("batch {batch} has never run {systems}", "批次 {batch} 从未执行过系统：{systems}"),
    "run.never-run.remedy": (
        "`migrate status {batch}` shows the systems that were run",
        "`migrate status {batch}` 可列出执行过的系统",
    ),
    "run.nothing-to-cancel": ("batch {batch}: nothing waits or runs", "批次 {batch}：没有等待或执行中的系统"),
}
