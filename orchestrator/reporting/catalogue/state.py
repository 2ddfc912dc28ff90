"""Words of the state folder."""

TEXTS = {
    "state.not-a-folder": ("{path} is not a folder", "{path} 不是目录"),
    "state.not-a-folder.remedy": (
        "move it away; the tool keeps its state there and follows no links",
        "请移开；工具在此保存状态，且不跟随链接",
    ),
    "state.key-unreadable": (
        "{path} is not a private key that can be read without a passphrase",
        "{path} 不是可免口令读取的私钥",
    ),
    "state.key-unreadable.remedy": (
        "put it back from a backup: no other key opens the servers made so far",
        "请从备份恢复：已建云主机只认这一把私钥",
    ),
    "state.not-ours": ("{path} belongs to another user", "{path} 属于其他用户"),
    "state.not-ours.remedy": (
        "run as that user, or work on a programme folder of your own",
        "以该用户身份运行，或使用自己的迁移项目目录",
    ),
}
