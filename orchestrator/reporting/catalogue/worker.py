"""Words of workers: processes on several machines that share a programme."""

TEXTS = {
    "worker.serving": (
        "worker {worker} serves {labels}; Ctrl-C or SIGTERM ends it after its running steps",
        "工作进程 {worker} 负责：{labels}；按 Ctrl-C 或发送 SIGTERM，在当前步骤完成后结束",
    ),
    "worker.stopping": (
        "ending: steps that run are finished first (again: at once; other workers go on with both)",
        "正在结束：先完成进行中的步骤（再按一次立即结束；两种情况均由其他工作进程接续）",
    ),
    "worker.ended": ("worker {worker} has ended", "工作进程 {worker} 已结束"),
    "worker.took-over": (
        "taken for dead, and what they were doing is done by others now: {dead}",
        "以下工作进程被判定为已失效，其工作由其他进程接续：{dead}",
    ),
    "worker.cut-off": (
        "worker {worker} had no word from the database for {seconds} s and has ended itself; others go on with its work",
        "工作进程 {worker} 已 {seconds} 秒未能联系数据库，已自行结束；其工作由其他进程接续",
    ),
    "worker.cut-off.remedy": (
        "find out what is between this machine and the database; then start the worker again, or have it started by a "
        "service manager",
        "查明本机与数据库之间的故障，然后重新启动工作进程，或由服务管理器自动启动",
    ),
    "worker.taken-over": (
        "worker {worker} was taken for dead while it stood still, and has ended itself; others go on with its work",
        "工作进程 {worker} 停顿期间被判定为已失效，已自行结束；其工作由其他进程接续",
    ),
    "worker.taken-over.remedy": (
        "find out what stopped it (a paused machine, a database that was away); then start it again",
        "查明停顿原因（虚拟机暂停、数据库不可用），然后重新启动",
    ),
    "worker.no-database": (
        "workers share a programme by a database, and this one keeps its state in SQLite",
        "工作进程须通过数据库共享项目，而本项目的状态保存在 SQLite 中",
    ),
    "worker.no-database.remedy": (
        "set `database_url` in programme.yaml to a PostgreSQL database that every worker's machine reaches",
        "在 programme.yaml 的 `database_url` 中填写各工作进程所在机器均可访问的 PostgreSQL 数据库",
    ),
    "worker.another-folder": (
        "this state folder is {state}, the workers' is {known}, or its guests' key is another one (same folder: {same})",
        "本状态目录为 {state}，各工作进程的为 {known}，或云主机密钥不同（目录相同：{same}）",
    ),
    "worker.another-folder.remedy": (
        "the servers let in one key: bring the folder from the first machine (`migrate state backup FILE --recipient KEY`, "
        "here `migrate state restore FILE`)",
        "云主机只接受同一把密钥：请从首台机器带来状态目录（`migrate state backup 文件 --recipient 公钥`，"
        "在此 `migrate state restore 文件`）",
    ),
    "worker.another-version": (
        "worker {name} on {host} is of version {version}, this is {ours}: their steps may differ",
        "工作进程 {name}（{host}）版本为 {version}，本程序为 {ours}：步骤可能不同",
    ),
    "worker.another-version.remedy": (
        "end the workers, install one version everywhere, and start them again; unfinished work goes on",
        "结束所有工作进程，各处安装同一版本后重新启动；未完成的工作会继续",
    ),
    "worker.bad-name": (
        "a worker's name has lower case letters, digits and -, 31 at the most",
        "工作进程名称只能使用小写字母、数字和 -，最多 31 个字符",
    ),
    "worker.bad-label": (
        "{label} is no machine room's id and none of the clouds: {known}",
        "{label} 既不是机房编号，也不是以下任一云：{known}",
    ),
    "worker.unserved": (
        "{count} system(s) wait, because no worker that lives serves what they need: {needs}",
        "{count} 个系统在等待：没有存活的工作进程负责其所需的：{needs}",
    ),
    "worker.unserved.remedy": (
        "start a worker that serves them all (`migrate worker --serves {needs}`), then run the batch again: it goes on",
        "启动负责上述全部内容的工作进程（`migrate worker --serves {needs}`），然后再次执行该批次即可继续",
    ),
    "worker.going-on": (
        "no longer watched here; the workers go on (`migrate status {batch}`, `migrate cancel {batch}`)",
        "此处不再跟踪；工作进程继续执行（`migrate status {batch}`、`migrate cancel {batch}`）",
    ),
    "worker.until": (
        "workers make servers and configure them; data moves afterwards, from one machine, when no worker runs",
        "工作进程只负责建立和配置云主机；数据迁移随后在没有工作进程运行时由一台机器执行",
    ),
    "worker.line": (
        "worker {name} on {host} serves {labels}; {state}",
        "工作进程 {name}（{host}）负责 {labels}；{state}",
    ),
    "worker.lives": ("alive, {steps} step(s) running: {systems}", "存活，进行中的步骤 {steps} 个：{systems}"),
    "worker.silent": ("not heard of for {seconds} s", "已 {seconds} 秒无音讯"),
    "worker.over": ("ended {ended} ({why})", "已于 {ended} 结束（{why}）"),
}
