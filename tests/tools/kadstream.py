# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/events.md as a test reads it: which fields a line may have, of which type, and which it must have."""

import json
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "events.md"
MAX_LINE_BYTES = 65536

TYPES = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "list of text": lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
    "list of numbers": lambda value: isinstance(value, list) and all(isinstance(v, int) for v in value),
}


def read_schema():
    """{name: {field: (type, may be null, may be absent)}}"""
    schema, fields = {}, None
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"### `([^`]+)`$", line)
        row = re.match(r"\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", line)
        if heading:
            fields = schema.setdefault(heading.group(1), {})
        elif row:
            name, kind, meaning, absent = (part.strip() for part in row.groups())
            assert kind in TYPES, f"{kind} is no type of {DOCUMENT.name}"
            assert absent == "never" or absent.startswith("if "), absent
            assert name not in fields, f"{name} stands twice"
            fields[name] = (kind, "null:" in meaning, absent != "never")
    return schema


def check_fields(schema, name, line):
    fields = schema[name]
    for field, value in line.items():
        assert field in fields, f"{name}: {field} is not in {DOCUMENT.name}: {line}"
        kind, may_be_null, _ = fields[field]
        assert (value is None and may_be_null) or TYPES[kind](value), f"{name}.{field} is no {kind}: {line}"
    for field, (_, _, may_be_absent) in fields.items():
        assert field in line or may_be_absent, f"{name}: {field} is missing: {line}"


def check_line(schema, text, is_first=False):
    """What it is."""
    assert len(text) < MAX_LINE_BYTES, len(text)
    line = json.loads(text)
    if is_first:
        name = "header"
    elif "event" in line:
        name = line["event"]
    else:
        name = "delivery" if "delivery" in line else "lost"
    assert name in schema, f"{name} is not in {DOCUMENT.name}"
    if line.get("truncated") is True:
        assert set(line) <= {"t", "event", "query", "kind", "run", "truncated"}, line
        return name, line
    check_fields(schema, name, line)
    if name == "delivery":
        check_fields(schema, "delivery.delivery", line["delivery"])
    return name, line


def check_stream(data):
    """Every line of a whole stream conforms; [(name, line)]."""
    schema = read_schema()
    assert data.endswith(b"\n"), data[-100:]
    return [check_line(schema, text, i == 0) for i, text in enumerate(data.decode().splitlines())]
