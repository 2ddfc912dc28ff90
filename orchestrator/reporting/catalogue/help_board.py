"""Help of `migrate board`."""

TEXTS = {
    "help.board.long": (
        "Serve one page that shows how everything stands, and follows it: systems by phase, copies with lag, rate and "
        "time left, the window's clock, what is waited for, the last 24 hours. It reads the state and never writes; "
        "a batch that runs does not notice it. With -o json it answers once; served, /board.json says the same.\n\n"
        "It listens on loopback, where everybody with an account on this machine reaches it: `ssh -L 8790:127.0.0.1:8790 "
        "HOST` brings it to yours. On another address it asks for the token of --token-file, as the password of the "
        "browser's own prompt (any name) or as `Authorization: Bearer`; never in an address, which logs keep. It speaks "
        "plain HTTP: across a network that others listen to, put it behind a TLS proxy and declare the proxy's name with "
        "--name. A request that calls it by another name than an IP address, localhost or --name is refused (DNS "
        "rebinding).",
        "提供一个实时看板页面：各阶段系统、复制进度（落后、速率、剩余时间）、窗口时钟、等待事项、近 24 小时记录。只读取状态，从不写入，"
        "不影响正在执行的批次。加 -o json 输出一次即结束；服务期间 /board.json 内容相同。\n\n"
        "默认只在环回地址监听，本机任何账户均可访问；可用 `ssh -L 8790:127.0.0.1:8790 主机` 转发到自己的电脑。监听其他地址时须提供 "
        "--token-file 中的令牌：在浏览器弹出的登录框中作为密码填写（用户名任意），或用 `Authorization: Bearer`；令牌不得写入网址，"
        "以免被日志记录。传输为明文 HTTP：经不可信网络时请置于 TLS 代理之后，并用 --name 声明代理的主机名。"
        "请求中的主机名若非 IP 地址、localhost 或 --name，一律拒绝（防 DNS 重绑定）。",
    ),
    "help.board.address": ("ADDRESS", "地址"),
    "help.board.host": ("HOST", "主机名"),
    "help.board.bind": ("IP address to listen on", "监听的 IP 地址"),
    "help.board.port": ("port; 0 takes any that is free", "端口；0 表示任选空闲端口"),
    "help.board.token-file": (
        "file with the token, mode 0600; required unless on loopback",
        "令牌文件，权限 0600；非环回地址必填",
    ),
    "help.board.name": ("a host name the board may be called by (may be repeated)", "允许访问看板的主机名（可重复）"),
}
