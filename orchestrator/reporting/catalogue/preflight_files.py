"""Words of the preflight of a file system, and of a static site."""

TEXTS = {
    "move.preflight.files-root": (
        "the machine's own root, which cannot be made read-only",
        "系统根目录，无法整体设为只读",
    ),
    "move.preflight.files-root.remedy": (
        "move the data to a file system of its own first, and declare where that is mounted",
        "请先将数据移到独立的文件系统，并声明其挂载点",
    ),
    "move.preflight.files-no-mount": (
        "no file system is mounted here: a folder alone cannot be made read-only while somebody has a file of it open",
        "此处没有挂载文件系统：单独的目录在文件被打开时无法设为只读",
    ),
    "move.preflight.files-no-mount.remedy": (
        "source: give it a file system of its own, or declare the one that it lies in; target: attach a volume, make a"
        " file system and mount it there",
        "源端：为其建立独立文件系统，或声明其所在的文件系统；目标端：挂载卷并建立文件系统",
    ),
    "move.preflight.files-part": (
        "a part of a file system ({root}) is mounted here: made read-only, all of it would be",
        "此处只挂载了文件系统的一部分（{root}）：设为只读会影响整个文件系统",
    ),
    "move.preflight.files-part.remedy": (
        "declare where the whole of it is mounted",
        "请声明整个文件系统的挂载点",
    ),
    "move.preflight.files-type": (
        "{type}: other machines may write to it past this one, or it does not tell when a file was changed",
        "{type}：其他机器可能绕过本机写入，或无法可靠记录变更时间",
    ),
    "move.preflight.files-type.remedy": (
        "move it on the machine whose disk it is; a shared storage is copied by its own means",
        "请在实际存放该文件系统的机器上迁移；共享存储请用其自带手段复制",
    ),
    "move.preflight.files-twice": (
        "the same file system is mounted at {other} too",
        "同一文件系统还挂载在 {other}",
    ),
    "move.preflight.files-twice.remedy": (
        "unmount it there: whoever uses it there would be held with it, or write past us",
        "请卸载该处：该处的使用者会一并被冻结，或绕过本工具写入",
    ),
    "move.preflight.files-nested": (
        "another file system is mounted below: it would not come along",
        "其下还挂载了其他文件系统，不会随之迁移",
    ),
    "move.preflight.files-nested.remedy": (
        "mount it elsewhere, or move it as a system's files of its own",
        "请改挂到别处，或单独作为一项文件迁移",
    ),
    "move.preflight.files-read-only": ("mounted read-only", "以只读方式挂载"),
    "move.preflight.files-read-only.remedy": (
        "source: nobody writes here, name the machine that people use; target: mount it to be written to",
        "源端：此处无人写入，请填写实际使用的机器；目标端：请以读写方式挂载",
    ),
    "move.preflight.files-options": (
        "mount options differ: {source} at the source, {target} at the target",
        "挂载选项不同：源端 {source}，目标端 {target}",
    ),
    "move.preflight.files-options.remedy": (
        "mount the target with the same, unless the applications are known to bear it",
        "请以相同选项挂载目标端，除非确认应用可以接受",
    ),
    "move.preflight.files-no-rsync": ("rsync is not installed", "未安装 rsync"),
    "move.preflight.files-no-rsync.remedy": (
        "install rsync 3.1 or later on both sides, or let `tar` copy: each changed file then crosses whole",
        "请在两端安装 rsync 3.1 或更高版本；也可由 `tar` 复制，但每个变更的文件都会整份传输",
    ),
    "move.preflight.files-old-rsync": (
        "rsync {version} is too old (3.1 and later)",
        "rsync {version} 过旧（需 3.1 及以上）",
    ),
    "move.preflight.files-old-rsync.remedy": (
        "install a later one, or let `tar` copy",
        "请安装更新的版本，或由 `tar` 复制",
    ),
    "move.preflight.files-no-tar": ("there is no GNU tar of 1.16 or later", "没有 GNU tar 1.16 或更高版本"),
    "move.preflight.files-no-tar.remedy": (
        "install GNU tar, or rsync on both sides",
        "请安装 GNU tar，或在两端安装 rsync",
    ),
    "move.preflight.files-tar-attributes": (
        "this tar carries no attributes and access lists, and files may have some: they would be lost",
        "此 tar 无法传输扩展属性和访问控制列表，而文件可能带有这些属性，会因此丢失",
    ),
    "move.preflight.files-tar-attributes.remedy": (
        "install tar 1.27 or later, or rsync on both sides; where `getfattr` (attr) finds that there are none, this tar does",
        "请安装 tar 1.27 或更高版本，或在两端安装 rsync；若 `getfattr`（attr）查明没有此类属性，则此 tar 也可用",
    ),
    "move.preflight.files-tar-plain": (
        "this tar carries no attributes and access lists; no file has any now",
        "此 tar 无法传输扩展属性和访问控制列表；目前没有文件带有这些属性",
    ),
    "move.preflight.files-tar-plain.remedy": (
        "have nobody set any until the source is retired; the comparison finds it where somebody does",
        "源端退役前请勿设置此类属性；若有设置，比对时会发现",
    ),
    "move.preflight.files-tar-tool": ("not installed, and needed for `tar`", "未安装，`tar` 方式需要"),
    "move.preflight.files-tar-tool.remedy": (
        "install it (util-linux, coreutils), or rsync on both sides",
        "请安装（util-linux、coreutils），或在两端安装 rsync",
    ),
    "move.preflight.files-tool": ("not installed", "未安装"),
    "move.preflight.files-tool.remedy": (
        "install it: findutils, coreutils, gawk or mawk, util-linux, openssh-client, openssl have them",
        "请安装：分别属于 findutils、coreutils、gawk 或 mawk、util-linux、openssh-client、openssl",
    ),
    "move.preflight.files-no-getfattr": (
        "getfattr is not installed: attributes and access lists are copied, and nobody can compare them",
        "未安装 getfattr：扩展属性和访问控制列表会被复制，但无法比对",
    ),
    "move.preflight.files-no-getfattr.remedy": (
        "install attr, or a cutover ends with what could not be compared",
        "请安装 attr，否则割接结果中会留下无法比对的项目",
    ),
    "move.preflight.files-disk": (
        "the copy needs {needed} bytes, {free} are free",
        "副本需要 {needed} 字节，可用 {free}",
    ),
    "move.preflight.files-disk.remedy": ("give the target a larger volume", "请为目标分配更大的卷"),
    "move.preflight.files-inodes": (
        "{needed} files need as many inodes, {free} are free",
        "{needed} 个文件需要同样数量的 inode，可用 {free}",
    ),
    "move.preflight.files-inodes.remedy": (
        "make the target's file system anew with more (mkfs.ext4 -N), or as XFS",
        "请重建目标文件系统并增加 inode（mkfs.ext4 -N），或使用 XFS",
    ),
    "move.preflight.files-owner-taken": (
        "belongs to {source} at the source, and to {target} at the target",
        "在源端属于 {source}，在目标端属于 {target}",
    ),
    "move.preflight.files-owner-taken.remedy": (
        "give {target} another number on the target before the move: files keep their numbers",
        "请在迁移前修改目标端 {target} 的编号：文件保留原编号",
    ),
    "move.preflight.files-owner-unknown": (
        "owns files ({source} at the source), and nobody has that number on the target",
        "拥有文件（源端名称 {source}），目标端没有该编号",
    ),
    "move.preflight.files-owner-unknown.remedy": (
        "make the account with this very number there, if the service runs as it",
        "若服务以该账号运行，请在目标端以相同编号创建",
    ),
    "move.preflight.files-writers": (
        "have files open for writing: {who}; the cutover waits for them to close, and gives up",
        "正在写入文件：{who}；割接会等待其关闭，超时即放弃",
    ),
    "move.preflight.files-writers.remedy": (
        "declare what ends and begins them as `stop` and `start`",
        "请用 `stop` 和 `start` 声明停止与启动命令",
    ),
    "move.preflight.files-half-service": (
        "only one of `stop` and `start` is declared",
        "`stop` 与 `start` 只声明了一个",
    ),
    "move.preflight.files-half-service.remedy": (
        "declare both: what is ended on one side is begun there again when the way goes back",
        "请同时声明：在一侧停止的服务，退回时须在该侧重新启动",
    ),
    "move.preflight.webapp-inside": (
        "the database's own folder lies in the file system at {path}",
        "数据库的数据目录位于 {path} 的文件系统内",
    ),
    "move.preflight.webapp-inside.remedy": (
        "put the database's folder on another file system: this one is closed before the database is",
        "请将数据库数据目录放到其他文件系统：该文件系统会先于数据库被设为只读",
    ),
    "move.preflight.files-not-empty": (
        "on the target already; a first pass would delete it",
        "目标端已存在，首次复制会将其删除",
    ),
    "move.preflight.files-not-empty.remedy": (
        "take it away if it is nobody's, or declare a file system of its own",
        "确认无用后移走，或声明独立的文件系统",
    ),
    "move.preflight.files-special": (
        "a socket, pipe or device: it comes along (a socket not by `tar`), and is empty of what it led to",
        "套接字、管道或设备文件：会一并复制（`tar` 不复制套接字），但不含其指向的内容",
    ),
    "move.preflight.files-special.remedy": (
        "know who makes it; a service does when it starts",
        "请确认由谁创建；通常服务启动时会重新创建",
    ),
    "move.preflight.files-undecodable": (
        "a name that is not UTF-8: it comes along octet by octet",
        "文件名不是 UTF-8：按原字节复制",
    ),
    "move.preflight.files-undecodable.remedy": (
        "keep the locale of the service on the target (GBK?), or have the names converted another day",
        "目标端服务须沿用原字符集（如 GBK），或另行安排转换文件名",
    ),
    "move.preflight.static-page": (
        "the source does not answer this page well: {said}",
        "源端未正常应答此页面：{said}",
    ),
    "move.preflight.static-page.remedy": (
        "see that the page is asked for as people do (host, port, tls, paths), and that this machine may reach it",
        "请确认按用户的方式访问该页面（host、port、tls、paths），且本机可以访问",
    ),
    "move.preflight.static-no-nginx": ("nginx is not installed", "未安装 nginx"),
    "move.preflight.static-no-nginx.remedy": (
        "give its server the workload nginx on the list, or install it",
        "请在清单中将该服务器的类型填为 nginx，或手工安装",
    ),
    "move.preflight.static-config": (
        "nginx does not accept its configuration: {said}",
        "nginx 配置无效：{said}",
    ),
    "move.preflight.static-config.remedy": (
        "mend it until `nginx -t` is content",
        "请修正配置，直到 `nginx -t` 通过",
    ),
    "move.preflight.static-unserved": (
        "nobody answers at the site's port: {said}",
        "网站端口无应答：{said}",
    ),
    "move.preflight.static-unserved.remedy": (
        "start nginx at this port, and open the port to this machine (its openings on the list)",
        "请在该端口启动 nginx，并向本机开放此端口（清单中的开放端口）",
    ),
    "move.preflight.files-case": (
        "names that differ by case alone",
        "仅大小写不同的文件名",
    ),
    "move.preflight.files-case.remedy": (
        "the target must tell cases apart, as it does unless it serves other systems",
        "目标端须区分大小写；对外共享给其他系统时请注意",
    ),
}
