"""A refusal as an answer: what a program that asked for JSON is told when a command could not give its own."""

from __future__ import annotations

from orchestrator.errors import MigrateError
from orchestrator.model.problem import Problem
from orchestrator.reporting.problems import Problems
from orchestrator.reporting.texts import Say

_LANGUAGES = (Say("en"), Say("zh"))


def refusal_data(error: MigrateError) -> dict[str, object]:
    """Return an error, and the problems that it rests on, as values; texts in both languages.

    Where an error rests on no other problem, it is itself the one.
    """
    found = error.values.get("problems", ())
    problems = found if isinstance(found, tuple) else ()
    values = {name: str(value) for name, value in error.values.items() if name != "problems"}
    told = Problems(problems=problems or (Problem(code=error.code, values=values),)).data()
    return {
        "error": {
            "code": error.code,
            "exit_code": int(error.exit_code),
            "values": values,
            "message": {say.lang: say(error.code, **error.values) for say in _LANGUAGES},
            "remedy": {say.lang: say.either(f"{error.code}.remedy", **error.values) for say in _LANGUAGES},
        },
        **told,
    }
