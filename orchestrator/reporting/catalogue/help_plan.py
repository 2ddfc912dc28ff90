"""Help of `migrate classify` and `migrate place`."""

TEXTS = {
    "help.classify.explain": (
        "show one system's rules and the cells that decided",
        "显示一个系统适用的规则及所依据的单元格",
    ),
    "help.place.explain": (
        "show one system's rules and the cells that decided",
        "显示一个系统适用的规则及所依据的单元格",
    ),
    "help.place.rules": ("print the rules in force", "输出现行规则"),
}
