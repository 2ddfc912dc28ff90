"""Errors that any command can end with."""

TEXTS = {
    "error": ("error", "错误"),
    "interrupted": ("interrupted; the same command goes on from here", "已中断；再次运行同一命令即可继续"),
    "programme.missing": ("no programme in {folder}", "{folder} 中没有迁移项目"),
    "programme.missing.remedy": (
        "run `migrate init DIR --from lab`, or name the folder with -C",
        "运行 `migrate init 目录 --from lab`，或用 -C 指明目录",
    ),
    "unexpected": ("unexpected error: {error}", "意外错误：{error}"),
    "unexpected.remedy": ("the traceback is in {path}", "详细信息见 {path}"),
}
