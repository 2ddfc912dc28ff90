"""Help texts of `migrate lab`."""

TEXTS = {
    "help.lab.install": (
        "Install the Debian packages the lab needs; no service is started.",
        "安装实验环境所需的 Debian 软件包，不启动任何服务。",
    ),
    "help.lab.install.short": ("install the Debian packages", "安装 Debian 软件包"),
    "help.lab.up": (
        "Bring clouds up, by default public-service and administrative, and the source machines.\n\n"
        "Whatever is there already is used: twice is the same as once.",
        "启动云和源服务器，默认启动 public-service 和 administrative 两个云。\n\n已有的直接沿用：重复执行与执行一次效果相同。",
    ),
    "help.lab.up.short": ("bring clouds and source machines up", "启动云和源服务器"),
    "help.lab.up.fake": (
        "also a compute service that boots nothing, in the zone `fake`",
        "另启动一个不真正开机的计算服务，位于可用区 `fake`",
    ),
    "help.lab.up.backup": (
        "also the volume backup service, which `dr` always has",
        "另启动云硬盘备份服务（`dr` 始终启动）",
    ),
    "help.lab.up.no-sources": ("without the source machines", "不启动源服务器"),
    "help.lab.status": (
        "Say of each cloud and source machine whether it is up, whether it is ready, and how much memory it takes.\n\n"
        "Exits with 1 when nothing is up, or something is up and not ready.",
        "显示每个云和每台源服务器是否已启动、是否就绪、占用多少内存。\n\n全部未启动，或有已启动而未就绪的，退出码为 1。",
    ),
    "help.lab.status.short": ("say what is up and what it costs", "显示运行情况和资源占用"),
    "help.lab.down": ("Stop clouds; without names the whole lab.", "停止指定的云；不写名称则停止整个实验环境。"),
    "help.lab.down.short": ("stop clouds; their data stay", "停止云，数据保留"),
    "help.lab.destroy": (
        "Stop clouds and delete all they hold; without names the whole lab. What is cached stays.",
        "停止指定的云并删除其全部内容；不写名称则针对整个实验环境。缓存保留。",
    ),
    "help.lab.destroy.short": ("stop clouds and delete them", "停止并删除云"),
    "help.lab.connect": (
        "Write clouds.yaml, known_hosts, source_ed25519, the applications' secrets and mirror into DIR, and touch nothing else there.",
        "在 DIR 中写入 clouds.yaml、known_hosts、source_ed25519、应用口令文件和 mirror，不改动其中其他内容。",
    ),
    "help.lab.connect.short": (
        "give a programme folder the lab's clouds, keys and packages",
        "为迁移项目目录写入实验环境的云、密钥和软件包",
    ),
    "help.lab.clean": (
        "Delete every server, volume, port and so on of the project `egov` in CLOUD; the lab's own contents stay.",
        "删除 CLOUD 中项目 `egov` 的全部云服务器、云硬盘、网络端口等；实验环境自身的内容保留。",
    ),
    "help.lab.clean.short": ("delete what the project has made in a cloud", "删除项目在云中创建的资源"),
    "help.lab.quota": (
        "Set the quotas of the project `egov` in CLOUD in proportion to a number of servers; at first it is 40.",
        "按云服务器台数成比例设置 CLOUD 中项目 `egov` 的配额；初始为 40 台。",
    ),
    "help.lab.quota.short": ("set the project's quotas", "设置项目配额"),
    "help.lab.quota.servers": ("for how many servers", "云服务器台数"),
    "help.lab.start": (
        "Start single services of CLOUD, such as rabbitmq or cinder-backup.",
        "启动 CLOUD 的个别服务，如 rabbitmq 或 cinder-backup。",
    ),
    "help.lab.start.short": ("start services of a cloud", "启动云的服务"),
    "help.lab.stop": (
        "Stop single services of CLOUD, such as rabbitmq or nova-compute.",
        "停止 CLOUD 的个别服务，如 rabbitmq 或 nova-compute。",
    ),
    "help.lab.stop.short": ("stop services of a cloud, to see what breaks", "停止云的服务，以观察故障影响"),
}
