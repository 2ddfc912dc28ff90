"""Words of playbook runs."""

TEXTS = {
    "playbook.task": ("{host}: {task}: {result} ({seconds} s)", "{host}：{task}：{result}（{seconds} 秒）"),
    "playbook.failed": ("the playbook failed: {failures}", "剧本执行失败：{failures}"),
    "playbook.failed.remedy": (
        "mend the cause on the server, then run the same command again: what is done already stays",
        "排除服务器上的故障后再次运行同一命令，已完成的部分不会重做",
    ),
    "playbook.unreachable": ("a server was not reached: {failures}", "无法连接服务器：{failures}"),
    "playbook.unreachable.remedy": (
        "look at the server's console log and at the security group's SSH rule, then run the same command again",
        "请查看该服务器的控制台日志和安全组的 SSH 规则，然后再次运行同一命令",
    ),
    "playbook.timeout": ("the playbook did not end in time", "剧本未在规定时间内完成"),
    "playbook.timeout.remedy": (
        "run the same command again; raise limits.playbook_minutes in programme.yaml if the servers are slow",
        "请再次运行同一命令；若服务器较慢，可在 programme.yaml 中调大 limits.playbook_minutes",
    ),
    "playbook.no-role": (
        "the playbooks use the role {role}, and {folder} has none",
        "剧本用到角色 {role}，但 {folder} 中没有",
    ),
    "playbook.no-role.remedy": (
        "put the role there; a role's name must be written out, not computed",
        "请将该角色放入此目录；角色名须直接写明，不能由变量给出",
    ),
    "playbook.bad-role": ("role {role} cannot be read: {file}", "角色 {role} 无法读取：{file}"),
    "playbook.bad-role.remedy": ("mend the file: it must be YAML in UTF-8", "请修复该文件：须为 UTF-8 编码的 YAML"),
    "playbook.cancelled": ("the playbook was stopped", "剧本已停止"),
}
