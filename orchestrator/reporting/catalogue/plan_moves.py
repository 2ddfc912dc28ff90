"""Words of what moves once the servers stand."""

TEXTS = {
    "plan.moves": (
        "then its data: PostgreSQL {databases} from {source}, clients by pgbouncer {pooler}: prepare → first copy →"
        " gates → cutover, held for {frozen} s at most (the very list: `migrate cutover {system} --dry-run`)",
        "随后迁移数据：PostgreSQL {databases}，源端 {source}，客户端经 pgbouncer {pooler}：准备 → 首次复制 → 关口检查 →"
        " 割接，客户端最多等待 {frozen} 秒（逐行清单：`migrate cutover {system} --dry-run`）",
    ),
    "plan.moves-mariadb": (
        "then its data: MariaDB {databases} from {source}, clients by HAProxy {proxy}: prepare → first copy → gates →"
        " cutover, held for {frozen} s at most (the very list: `migrate cutover {system} --dry-run`)",
        "随后迁移数据：MariaDB {databases}，源端 {source}，客户端经 HAProxy {proxy}：准备 → 首次复制 → 关口检查 →"
        " 割接，客户端最多等待 {frozen} 秒（逐行清单：`migrate cutover {system} --dry-run`）",
    ),
    "plan.moves-files": (
        "then its files: {databases} from {source} to {target}: prepare → passes → gates → cutover, read-only for"
        " {frozen} s at most (the very list: `migrate cutover {system} --dry-run`)",
        "随后迁移文件：{databases}，源端 {source}，目标 {target}：准备 → 多轮复制 → 关口检查 →"
        " 割接，最多只读 {frozen} 秒（逐行清单：`migrate cutover {system} --dry-run`）",
    ),
    "plan.moves-site": (
        "then its files: {databases} from {source} to {target}, readers by HAProxy {proxy}: prepare → passes → gates →"
        " cutover, read-only for {frozen} s at most (the very list: `migrate cutover {system} --dry-run`)",
        "随后迁移文件：{databases}，源端 {source}，目标 {target}，读者经 HAProxy {proxy}：准备 → 多轮复制 → 关口检查 →"
        " 割接，最多只读 {frozen} 秒（逐行清单：`migrate cutover {system} --dry-run`）",
    ),
    "plan.moves-rehost": (
        "then its disk: {databases} of {source} by the keeper {keeper}: prepare → passes → rehearsal of its image → gates →"
        " cutover, read-only for {frozen} s at most; nothing follows back after it: a rollback loses what the server wrote"
        " since (the very list: `migrate cutover {system} --dry-run`)",
        "随后迁移磁盘：{source} 的 {databases}，经副本主机 {keeper}：准备 → 多轮复制 → 镜像演练 → 关口检查 → 割接，"
        "最多只读 {frozen} 秒；此后没有反向复制，回退会丢失服务器新写入的内容（逐行清单：`migrate cutover {system} --dry-run`）",
    ),
    "plan.moves-webapp": (
        "all of it is held, decided and opened at one moment, and goes back as one",
        "以上数据同时冻结、一次判定、同时开放，并整体回退",
    ),
    "plan.moves-external": (
        "then its data, by the tool move.d/{tool} from {source}: prepare → copy → gates → cutover, fenced for {frozen} s"
        " at most (the very list: `migrate cutover {system} --dry-run`)",
        "随后由工具 move.d/{tool} 迁移数据，源端 {source}：准备 → 复制 → 关口检查 → 割接，最多冻结 {frozen} 秒"
        "（逐行清单：`migrate cutover {system} --dry-run`）",
    ),
}
