"""Reads YAML as text values only: no tags, no octal, date or float surprises, bounded nesting and aliases."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from orchestrator.adapters.intake.limits import MAX_FILE_BYTES, MAX_YAML_DEPTH, MAX_YAML_NODES

# Written plainly, these say that there is nothing; in quotes they are text.
_NULLS = frozenset({"~", "null", "Null", "NULL"})
# A scalar counts as one node for each so many characters begun, so that aliases of a long one add up.
_NODE_CHARACTERS = 64

_Loader: type[yaml.CBaseLoader] | type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Value = str | list["Value"] | dict[str, "Value"]


class YamlError(Exception):
    """The text is not YAML as accepted here; `reason` ends the code `yaml.…` of the text catalogue.

    Attributes:
        line: 1-based line where it was noticed; 0 when unknown.
        key: the key meant, where there is one.
    """

    def __init__(self, reason: str, *, line: int = 0, key: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.key = key


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end has not come yet."""

    value: list[Value] | dict[str, Value]
    anchor: str | None
    nodes_before: int
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    max_nodes: int
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Value, int]] = field(default_factory=dict)
    nodes: int = 0
    documents: int = 0
    result: Value = ""

    def feed(self, event: Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, NodeEvent) and not isinstance(event, AliasEvent):
            self._refuse_tag(event, line)
        match event:
            case ScalarEvent():
                nodes = 1 + len(event.value) // _NODE_CHARACTERS
                self.nodes += nodes
                nothing = event.value in _NULLS and not event.style
                self._put("" if nothing else event.value, event.anchor, nodes, line)
            case AliasEvent():
                if event.anchor not in self.anchors:
                    raise YamlError("unknown-alias", line=line, key=str(event.anchor))
                value, nodes = self.anchors[event.anchor]
                self.nodes += nodes
                self._put(value, None, nodes, line)
            case MappingStartEvent() | SequenceStartEvent():
                self.nodes += 1
                opened: list[Value] | dict[str, Value] = [] if isinstance(event, SequenceStartEvent) else {}
                self.stack.append(_Open(opened, event.anchor, self.nodes - 1))
                if len(self.stack) > MAX_YAML_DEPTH:
                    raise YamlError("too-deep", line=line)
            case MappingEndEvent() | SequenceEndEvent():
                closed = self.stack.pop()
                self._put(closed.value, closed.anchor, self.nodes - closed.nodes_before, line)
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise YamlError("many-documents", line=line)
            case _:
                pass
        if self.nodes > self.max_nodes:
            raise YamlError("too-large", line=line)

    @staticmethod
    def _refuse_tag(event: Event, line: int) -> None:
        if getattr(event, "tag", None) not in (None, "!"):
            raise YamlError("tag", line=line, key=str(getattr(event, "tag", "")))

    def _put(self, value: Value, anchor: str | None, nodes: int, line: int) -> None:
        if anchor:
            self.anchors[anchor] = (value, nodes)
        if not self.stack:
            self.result = value
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is None:
            if not isinstance(value, str):
                raise YamlError("key-not-text", line=line)
            if value in parent.value:
                raise YamlError("duplicate-key", line=line, key=value)
            parent.key = value
        else:
            parent.value[parent.key] = value
            parent.key = None


def parse_yaml(data: bytes, *, max_nodes: int = MAX_YAML_NODES) -> Value:
    """Return the document as text, lists and mappings; an empty scalar and a plain `null` or `~` are `""`.

    Anchors and aliases are allowed; an alias counts as many nodes as it stands for, a long scalar as several.

    Raises:
        YamlError: no YAML, an explicit tag, a duplicate key, too deep, too large, several documents.
    """
    if len(data) > MAX_FILE_BYTES:
        raise YamlError("too-large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError("not-utf-8", line=data[: error.start].count(b"\n") + 1) from error
    builder = _Builder(max_nodes)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # libyaml from 0.2.6 on has a limit of its own, far above ours, and scans ahead of the events we count.
        reason = "too-deep" if "nesting depth" in (error.problem or "") else "syntax"
        raise YamlError(reason, line=mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise YamlError("syntax") from error
    return builder.result
