"""Words of files that are written."""

TEXTS = {
    "file.not-a-folder": ("{path} is a link or a file where a folder has to be", "{path} 应为目录，实为链接或文件"),
    "file.not-a-folder.remedy": (
        "look who put it there, and move it away; links are never followed",
        "请查明由谁放置并移开；工具从不跟随链接",
    ),
}
