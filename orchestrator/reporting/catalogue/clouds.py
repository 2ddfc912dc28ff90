"""Words of `clouds.yaml`'s problems."""

TEXTS = {
    "clouds.refused": (
        "{path} has {errors} errors; no credential was used",
        "{path} 有 {errors} 处错误；未使用任何凭据",
    ),
    "clouds.refused.remedy": (
        "correct what is told above and run the same command again",
        "请按上述提示更正后再运行同一命令",
    ),
    "clouds.open-file": (
        "{path} holds credentials and others may read or write it (mode {mode})",
        "{path} 含有凭据，但其他用户可读写（权限 {mode}）",
    ),
    "clouds.open-file.remedy": (
        "`chmod 600 {path}`, and have the credentials changed if others could read them",
        "`chmod 600 {path}`；如他人可能已读取，请更换凭据",
    ),
    "clouds.tab": ("a tab where YAML wants blanks", "此处使用了制表符，YAML 要求空格"),
    "clouds.tab.remedy": ("indent by blanks", "请用空格缩进"),
    "clouds.no-clouds": ("there is no mapping `clouds:`", "缺少 `clouds:` 映射"),
    "clouds.no-clouds.remedy": (
        "write `clouds:` at the first level and each cloud under its name below it",
        "请在顶层写 `clouds:`，其下按名称列出各云",
    ),
    "clouds.no-cloud": ("the cloud {name} of programme.yaml is not there", "没有 programme.yaml 中的云 {name}"),
    "clouds.no-cloud.remedy": (
        "add it under that name, or correct the name in programme.yaml; there are: {known}",
        "请以该名称补充，或更正 programme.yaml 中的名称；现有：{known}",
    ),
    "clouds.missing-key": ("{cloud}: {key} is missing or empty", "{cloud}：缺少 {key} 或其为空"),
    "clouds.missing-key.remedy": (
        "add {key} under auth: (passwords may stand in secure.yaml beside the file)",
        "请在 auth: 下补充 {key}（口令可写在同目录的 secure.yaml 中）",
    ),
    "clouds.not-text": ("{cloud}: YAML does not read {key} as text", "{cloud}：{key} 未被 YAML 识别为文本"),
    "clouds.not-text.remedy": ("put its value into quotes", "请将其值加上引号"),
    "clouds.bad-address": (
        "{cloud}: auth_url is not an address such as https://HOST:5000/v3 without user and password",
        "{cloud}：auth_url 不是形如 https://主机:5000/v3 且不含用户口令的地址",
    ),
    "clouds.bad-address.remedy": (
        "write it so; credentials have keys of their own",
        "请按此格式填写；凭据另有专门的键",
    ),
    "clouds.no-file": (
        "{cloud}: {key} names a file that is not there: {value}",
        "{cloud}：{key} 所指文件不存在：{value}",
    ),
    "clouds.no-file.remedy": (
        "put it there, or name it by its whole path",
        "请将文件放在该处，或写明完整路径",
    ),
    "clouds.bad-interface": ("{cloud}: there is no {key} {value}", "{cloud}：{key} 不能为 {value}"),
    "clouds.bad-interface.remedy": ("write public, internal or admin", "请填写 public、internal 或 admin"),
    "clouds.plain-http": (
        "{cloud}: credentials go to {host} unencrypted (http://)",
        "{cloud}：凭据以明文发往 {host}（http://）",
    ),
    "clouds.plain-http.remedy": (
        "use https:// outside a lab",
        "实验环境之外请使用 https://",
    ),
    "clouds.not-verified": ("{cloud}: the certificate is not verified", "{cloud}：不校验证书"),
    "clouds.not-verified.remedy": (
        "name the authority's certificate with cacert and drop `verify: false`",
        "请用 cacert 指明 CA 证书，并去掉 `verify: false`",
    ),
}
