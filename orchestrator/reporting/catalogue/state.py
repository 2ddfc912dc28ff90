"""Words of the state folder."""

TEXTS = {
    "state.not-a-folder": ("{path} is not a folder", "{path} 不是目录"),
    "state.not-a-folder.remedy": (
        "move it away; the tool keeps its state there and follows no links",
        "请移开；工具在此保存状态，且不跟随链接",
    ),
    "state.not-ours": ("{path} belongs to another user", "{path} 属于其他用户"),
    "state.not-ours.remedy": (
        "run as that user, or work on a programme folder of your own",
        "以该用户身份运行，或使用自己的迁移项目目录",
    ),
}
