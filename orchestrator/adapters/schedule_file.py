"""The plan as a file, YAML or JSON by its name: one line for each system, so that two plans compare line by line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.files import PRIVATE_FILE, write_whole
from orchestrator.errors import Refused
from orchestrator.model.canonical import digest
from orchestrator.model.schedule import Schedule

_KIND = "migrate-schedule/1"
_SCHEDULE: TypeAdapter[Schedule] = TypeAdapter(Schedule)


class _Loader(yaml.CSafeLoader):
    """YAML's safe types without dates: they are read, like everything else, by what the model says they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def write_plan(path: Path, schedule: Schedule, *, mode: int = PRIVATE_FILE) -> None:
    """Write the plan; under the file's name is the old plan or the new one, never a part of it."""
    write_whole(path, plan_text(schedule, as_json=path.suffix == ".json"), mode=mode)


def plan_text(schedule: Schedule, *, as_json: bool) -> str:
    """Return the file's text."""
    data = {"kind": _KIND, **_SCHEDULE.dump_python(schedule, mode="json")}
    if as_json:
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    text = yaml.dump(
        data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1 << 20
    )
    return str(text)


def plan_schema() -> dict[str, Any]:
    """Return the file's JSON Schema."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_SCHEDULE.json_schema()}


def read_plan(path: Path) -> Schedule:
    """Read a plan.

    Raises:
        Refused: `schedule.no-file`; `schedule.bad-file` if it is no plan; `schedule.edited` if its digest is not
            that of its content: a plan is made anew, never mended by hand.
    """
    if not path.is_file():
        raise Refused("schedule.no-file", path=str(path))
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_Loader)  # noqa: S506 - safe
        if not isinstance(data, dict) or data.pop("kind", None) != _KIND:
            raise Refused("schedule.bad-file", path=str(path), fault=f"kind ≠ {_KIND}")
        schedule = _SCHEDULE.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fault = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Refused("schedule.bad-file", path=str(path), fault=fault) from None
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise Refused("schedule.bad-file", path=str(path), fault=type(error).__name__) from None
    if digest(replace(schedule, digest="")) != schedule.digest:
        raise Refused("schedule.edited", path=str(path))
    return schedule
