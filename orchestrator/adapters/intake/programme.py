"""Reads `programme.yaml` into the model; every fault is found before the first is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from orchestrator.adapters.intake.canonical import digest
from orchestrator.adapters.intake.credentials import MASK, looks_like_credential, shorten
from orchestrator.adapters.intake.declaration import CloudPart, ProgrammePart, RulePart, RulesPart
from orchestrator.adapters.intake.fold import name_key, tidy
from orchestrator.adapters.intake.moving import moving_problems, moving_rules
from orchestrator.adapters.intake.recovery import recovery_problems, recovery_rules
from orchestrator.adapters.intake.schedule import schedule_problems, schedule_rules
from orchestrator.adapters.intake.yamltext import YamlError, parse_yaml
from orchestrator.errors import Refused
from orchestrator.model.figures import AuditRules
from orchestrator.model.problem import Problem
from orchestrator.model.programme import (
    Batch,
    BootFrom,
    CloudSpec,
    Condition,
    EvidenceRules,
    Flavor,
    Limits,
    Op,
    Programme,
    Rule,
    Zone,
)
from orchestrator.planning.rules import FIELDS

FILE = "programme.yaml"
MAX_NODES = 100_000

Part = TypeVar("Part", bound=BaseModel)
# What a rule may compare a number or a day with.
_THRESHOLD = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?|\d{4}-\d\d-\d\d")

# pydantic's fault → our code; what is not here is `programme.bad-value`.
_CODES = {
    "extra_forbidden": "programme.unknown-key",
    "missing": "programme.missing-key",
    "enum": "programme.value-domain",
    "int_parsing": "programme.bad-number",
    "int_type": "programme.bad-number",
    "greater_than_equal": "programme.bad-number",
    "less_than_equal": "programme.bad-number",
    "bool_parsing": "programme.bad-flag",
    "bool_type": "programme.bad-flag",
    "string_pattern_mismatch": "programme.bad-name",
    "string_too_long": "programme.too-long",
    "too_short": "programme.too-few",
    "too_long": "programme.too-many",
    "date": "programme.bad-date",
    "cidr": "programme.bad-network",
    "path": "programme.path-outside",
    "address": "programme.bad-address",
    "credential": "programme.credential",
    "span": "programme.bad-span",
    "rate": "programme.bad-rate",
    "zone": "programme.bad-zone",
    "reader": "programme.bad-reader",
}


def load_programme(folder: Path) -> Programme:
    """Read and validate the folder's `programme.yaml`.

    Raises:
        Refused: `programme.missing` without such a file; `programme.invalid` with `problems`, a tuple
            of every `Problem` found, the key's path in `cell`.
    """
    path = folder / FILE
    if not path.is_file():
        raise Refused("programme.missing", folder=str(folder))
    declared, problems = validated(path.read_bytes(), ProgrammePart, FILE)
    if declared is not None:
        problems = tuple(_whole(declared))
    if declared is None or problems:
        raise Refused("programme.invalid", path=str(path), errors=len(problems), problems=problems)
    rules = default_rules() if declared.rules is None else tuple(_rule(rule) for rule in declared.rules)
    programme = _programme(declared, rules, folder)
    return replace(programme, digest=digest(programme))


@cache
def default_rules() -> tuple[Rule, ...]:
    """Return the rules that ship with the tool.

    Raises:
        Refused: `programme.invalid` when the installed rules are damaged.
    """
    source = resources.files("orchestrator.adapters.intake") / "rules.yaml"
    declared, problems = validated(source.read_bytes(), RulesPart, "rules.yaml")
    if declared is not None:
        problems = tuple(_rule_problems(declared.root, "rules.yaml"))
    if declared is None or problems:
        raise Refused("programme.invalid", path="rules.yaml", errors=len(problems), problems=problems)
    return tuple(_rule(rule) for rule in declared.root)


def validated(data: bytes, part: type[Part], file: str) -> tuple[Part | None, tuple[Problem, ...]]:
    """Return a YAML file's declaration as a `Part`, or None and every problem of it."""
    try:
        value = parse_yaml(data, max_nodes=MAX_NODES)
    except YamlError as error:
        place = f"line {error.line}" if error.line else ""
        return None, (Problem(code=f"yaml.{error.reason}", file=file, cell=place, values={"key": error.key}),)
    # An empty scalar is a key without a value: the same as a key that is not there.
    try:
        return part.model_validate(_without_empty(value)), ()
    except ValidationError as error:
        return None, tuple(_problem(file, fault) for fault in error.errors(include_url=False))


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item != ""}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


def _problem(file: str, fault: Mapping[str, object]) -> Problem:
    location = fault.get("loc")
    steps = list(location) if isinstance(location, tuple) else []
    # pydantic ends a faulty key's path with the marker `[key]`.
    cell = _path(step for step in steps if step != "[key]")
    value = fault.get("input")
    kind = str(fault.get("type"))
    code = _CODES.get(kind, "programme.bad-value")
    context = fault.get("ctx")
    told = {name: str(item) for name, item in context.items()} if isinstance(context, Mapping) else {}
    shown = shorten(value) if isinstance(value, str) else ""
    if code == "programme.credential" or (shown and looks_like_credential(str(value))):
        shown = MASK
    return Problem(
        code=code, file=file, cell=cell, value=shown, values={**told, "key": str(steps[-1]) if steps else ""}
    )


def _path(steps: Iterable[object]) -> str:
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _whole(declared: ProgrammePart) -> Iterator[Problem]:
    """Check what one key alone cannot tell."""
    # A cloud without regions serves every region that no other cloud of its kind names.
    served = Counter((cloud.kind, region) for cloud in declared.clouds.values() for region in cloud.regions or ("",))
    for name, cloud in declared.clouds.items():
        if any(served[cloud.kind, region] > 1 for region in cloud.regions or ("",)):
            yield _fault("programme.duplicate-cloud-kind", f"clouds.{name}.kind", cloud.kind.value)
        if cloud.boot_from is BootFrom.IMAGE:
            yield from _volumes_only(name, cloud)
    unit_of: dict[str, int] = {}
    for number, batch in declared.batches.items():
        for index, unit in enumerate(batch.units):
            first = unit_of.setdefault(name_key(unit), number)
            if first != number:
                yield _fault(
                    "programme.unit-in-two-batches", f"batches.{number}.units[{index}]", unit, batch=str(first)
                )
    yield from moving_problems(declared.moving, declared.clouds, FILE)
    yield from _rule_problems(declared.rules or (), FILE)
    yield from schedule_problems(declared, FILE)
    yield from recovery_problems(declared.recovery, declared.clouds, FILE)


def _volumes_only(name: str, cloud: CloudPart) -> Iterator[Problem]:
    """Tell what means something only where servers boot from volumes."""
    if cloud.boot_volume_type:
        yield _fault("programme.no-boot-volumes", f"clouds.{name}.boot_volume_type", cloud.boot_volume_type)
    for flavor, size in cloud.flavors.items():
        if not size.disk_gib:
            yield _fault("programme.flavor-without-disk", f"clouds.{name}.flavors.{flavor}.disk_gib", "0")


def _rule_problems(rules: tuple[RulePart, ...], file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.id in seen:
            yield _fault("programme.duplicate-rule", f"rules[{index}].id", rule.id, file=file)
        seen.add(rule.id)
        for name, comparisons in rule.when.items():
            cell = f"rules[{index}].when.{name}"
            if field_of(name) not in FIELDS:
                yield _fault("programme.unknown-field", cell, name, file=file)
            for op, values in comparisons.items():
                if op in {Op.AT_LEAST, Op.AT_MOST} and not (len(values) == 1 and _THRESHOLD.fullmatch(values[0])):
                    yield _fault("programme.bad-threshold", f"{cell}.{op.value}", ", ".join(values), file=file)


def _fault(code: str, cell: str, value: str, *, file: str = FILE, **values: str) -> Problem:
    return Problem(code=code, file=file, cell=cell, value=shorten(value), values=values)


def _rule(part: RulePart) -> Rule:
    conditions = tuple(
        Condition(field=field_of(name), op=op, values=values)
        for name, comparisons in part.when.items()
        for op, values in comparisons.items()
    )
    return Rule(id=part.id, stage=part.stage, when=conditions, basis=part.basis, **part.then.model_dump())


def field_of(key: str) -> str:
    """Return the field a condition's key means: a second condition on `audience` is written `audience.2`."""
    return key.split(".", 1)[0]


def _cloud(name: str, part: CloudPart) -> CloudSpec:
    return CloudSpec(
        name=name,
        zones=tuple(
            Zone(name=zone, network=item.network, floating_network=item.floating_network or "")
            for zone, item in part.zones.items()
        ),
        flavors=tuple(Flavor(name=flavor, **item.model_dump()) for flavor, item in part.flavors.items()),
        **part.model_dump(exclude={"zones", "flavors"}),
    )


def _programme(part: ProgrammePart, rules: tuple[Rule, ...], folder: Path) -> Programme:
    return Programme(
        slug=part.programme,
        title=part.title,
        list_files=part.list,
        clouds=tuple(_cloud(name, cloud) for name, cloud in part.clouds.items()),
        rules=rules,
        batches=tuple(
            Batch(number=number, **{**batch.model_dump(), "units": tuple(map(tidy, batch.units))})
            for number, batch in sorted(part.batches.items())
        ),
        synthetic=part.synthetic,
        region_parents=part.region_parents,
        limits=Limits(**part.limits.model_dump()),
        database_url=part.database_url,
        clouds_file=part.clouds_file,
        mirror=part.mirror,
        known_hosts=part.sources.known_hosts,
        source_user=part.sources.user,
        source_identity=part.sources.identity or "",
        schedule=schedule_rules(part.schedule),
        evidence=EvidenceRules(
            signing_key=part.evidence.signing_key,
            allowed_signers=part.evidence.allowed_signers,
            signatures=part.evidence.signatures,
            algorithm=part.evidence.hash,
            copy=part.evidence.copy_to,
            syslog=part.evidence.syslog,
        ),
        moving=moving_rules(part.moving, folder),
        recovery=recovery_rules(part.recovery),
        figures=part.figures or "",
        audit=AuditRules(**part.audit.model_dump()),
    )
