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
    "playbook.cancelled": ("the playbook was stopped", "剧本已停止"),
}
