"""Words of sessions on other machines, and of the probe client."""

TEXTS = {
    "session.late": (
        "{session}: no answer within {seconds} s",
        "{session}：{seconds} 秒内没有应答",
    ),
    "session.late.remedy": (
        "look at the machine and the way to it; the command can be repeated",
        "请检查该机器及其网络路径；命令可以重复执行",
    ),
    "session.ended": ("{session}: the session ended: {said}", "{session}：会话已结束：{said}"),
    "session.ended.remedy": (
        "the machine must let us in by key, and its local account must be trusted by the database's own socket",
        "该机器须允许我方以密钥登录，且其本地账户须被数据库本地套接字信任",
    ),
    "session.refused": ("{session}: the server does not let us in: {said}", "{session}：服务器拒绝登录：{said}"),
    "session.refused.remedy": (
        "the server needs `ssl = on` and a line `hostssl … scram-sha-256` in pg_hba.conf for this role and our address",
        "服务器须设 `ssl = on`，且 pg_hba.conf 须有针对该角色和我方地址的 `hostssl … scram-sha-256`",
    ),
    "session.error": ("{session}: {said}", "{session}：{said}"),
    "session.error.remedy": (
        "mend what the server names, then repeat the command",
        "请按服务器所述修正后重复该命令",
    ),
    "session.option": (
        "{machine}: {option} is not an option about algorithms",
        "{machine}：{option} 不是算法类选项",
    ),
    "session.option.remedy": (
        "allow KexAlgorithms, HostKeyAlgorithms, PubkeyAcceptedAlgorithms, Ciphers or MACs by name",
        "只能按名称放开 KexAlgorithms、HostKeyAlgorithms、PubkeyAcceptedAlgorithms、Ciphers 或 MACs",
    ),
    "writer.ended": ("the probe client ended without saying what it wrote", "探测写入程序结束，且未报告写入情况"),
    "writer.ended.remedy": (
        "nothing is known of the gap; look at the address it wrote to",
        "中断时长未知；请检查其写入的地址",
    ),
    "session.too-much": ("{session}: more than {bytes} bytes in one answer", "{session}：一次应答超过 {bytes} 字节"),
    "session.too-much.remedy": (
        "look at the machine by hand: it answers more than any honest one has to say",
        "请人工查看该机器：应答远超正常长度",
    ),
}
