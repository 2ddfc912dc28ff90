"""Help of `migrate plan` and `migrate cutover-plan`."""

TEXTS = {
    "help.plan.out": ("write the plan to this file (.yaml or .json)", "把方案写入该文件（.yaml 或 .json）"),
    "help.plan.solver": (
        "greedy is always there; cpsat is never worse; auto takes cpsat where it is installed",
        "greedy 总可用；cpsat 结果不会更差；auto 在已安装时使用 cpsat",
    ),
    "help.plan.seconds": ("how long cpsat may search", "cpsat 的求解时限（秒）"),
    "help.plan.diff": ("compare with this older plan: what moved, and why", "与该旧方案比较：哪些变动，为什么"),
    "help.plan.check": (
        "only tell whether this plan still holds (exit 7 if not)",
        "只检查该方案是否仍有效（失效则退出码 7）",
    ),
    "help.cutover-plan.batch": ("the batch", "批次"),
    "help.cutover-plan.system": ("the system", "系统编号"),
    "help.cutover-plan.night": (
        "only the run sheet of the night that begins on this day",
        "仅生成当日开始的割接夜作业单",
    ),
    "help.cutover-plan.plan": ("plan file made by `migrate plan --out`", "`migrate plan --out` 生成的方案文件"),
    "help.cutover-plan.out": ("folder to write to", "输出目录"),
    "help.cutover-plan.format": ("html, docx, or both", "html、docx，或两者"),
}
