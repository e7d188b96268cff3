"""The page of the JSON views, written from the OpenAPI document that the service itself publishes."""

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

# Every view takes these three; the page says so once.
WHY_HEADERS = ("Purpose", "Purpose-Reason", "Case-Reference")
METHODS = ("get", "post", "put", "patch", "delete")
ABOUT = (
    "Every view below `/v1` takes the headers `Purpose`, `Purpose-Reason` and `Case-Reference`, or the same in its body; "
    "[the hub over HTTP](../api.md) says how to sign in and how to state a purpose. The same document as OpenAPI is "
    "served at `/v1/openapi.json`.\n\n"
)


def http_page(document: Schema, note: str) -> str:
    """Markdown of every view of an OpenAPI 3.1 ``document``: parameters, body, answer, and the values they are made of."""
    parts = ["# JSON views\n\n", note, ABOUT]
    for tag, views in _by_tag(document).items():
        parts.append(f"## {tag.replace('_', ' ').capitalize()}\n\n")
        parts.extend(_view(method, path, view) for method, path, view in views)
    parts += ["## Refusals\n\n", _refusals(document), "## Values\n\n"]
    parts.extend(_value(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    return "".join(parts).rstrip() + "\n"


def _by_tag(document: Schema) -> dict[str, list[tuple[str, str, Schema]]]:
    found: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, view in document["paths"].items():
        for method in METHODS:
            if method in view:
                tag = next(iter(view[method].get("tags", ())), "service")
                found.setdefault(tag, []).append((method, path, view[method]))
    return found


def _view(method: str, path: str, view: Schema) -> str:
    text = f"### `{method.upper()} {path}`\n\n{view['summary']}\n\n"
    if view.get("description"):
        text += f"{view['description']}\n\n"
    parameters = [one for one in view.get("parameters", ()) if one["name"] not in WHY_HEADERS]
    if parameters:
        text += "| parameter | in | meaning | type | default |\n|---|---|---|---|---|\n"
        text += "".join(_parameter(one) for one in parameters) + "\n"
    body = view.get("requestBody", {}).get("content", {})
    if body:
        text += f"Body: {', '.join(_type(one['schema']) for one in body.values())}.\n\n"
    for status, answer in sorted(view["responses"].items()):
        if status.startswith("2"):
            shapes = ", ".join(
                _type(one["schema"]) for one in answer.get("content", {}).values() if one.get("schema")
            )
            text += f"Answers {status}{': ' + shapes if shapes else ''}.\n\n"
    return text


def _parameter(one: Schema) -> str:
    schema = one["schema"]
    cells = (
        f"`{one['name']}`",
        one["in"],
        _cell(one.get("description", "")),
        _type(schema),
        "required" if one.get("required") else _default(schema),
    )
    return f"| {' | '.join(cells)} |\n"


def _value(name: str, schema: Schema) -> str:
    text = f"### {name}\n\n"
    if schema.get("description"):
        text += f"{schema['description']}\n\n"
    fields = schema.get("properties")
    if not fields:
        return f"{text}{_type(schema)}\n\n"
    required = set(schema.get("required", ()))
    text += "| field | meaning | type | default |\n|---|---|---|---|\n"
    for field, one in fields.items():
        default = "required" if field in required else _default(one)
        text += f"| `{field}` | {_cell(one.get('description', ''))} | {_type(one)} | {default} |\n"
    return text + "\n"


def _refusals(document: Schema) -> str:
    meanings: dict[str, str] = {}
    for views in _by_tag(document).values():
        for _, _, view in views:
            for status, answer in view["responses"].items():
                if not status.startswith("2"):
                    meanings.setdefault(status, answer["description"])
    rows = "".join(f"| {status} | {_cell(meaning)} |\n" for status, meaning in sorted(meanings.items()))
    return f"Each is a problem document (RFC 9457).\n\n| status | meaning |\n|---|---|\n{rows}\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return ", ".join(f"`{value}`" for value in values)
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        return " or ".join(dict.fromkeys(_type(one) for one in either if one.get("type") != "null"))
    if schema.get("type") == "array":
        items = [
            *schema.get("prefixItems", ()),
            *([schema["items"]] if isinstance(schema.get("items"), dict) else []),
        ]
        return f"list of {' and '.join(dict.fromkeys(_type(one) for one in items)) or 'values'}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"{_type(schema['additionalProperties'])} by name"
    return " ".join(filter(None, (str(schema.get("type", "any value")), _bounds(schema))))


def _bounds(schema: Schema) -> str:
    if schema.get("format"):
        return f"({schema['format']})"
    return f"({', '.join(_limits(schema))})" if any(True for _ in _limits(schema)) else ""


def _limits(schema: Schema) -> Iterator[str]:
    words = {
        "minimum": "from {}",
        "maximum": "to {}",
        "maxLength": "at most {} characters",
    }
    for key, phrase in words.items():
        if key in schema:
            yield phrase.format(schema[key])


def _default(schema: Schema) -> str:
    value = schema.get("default")
    return "" if value in (None, [], {}) else f"`{json.dumps(value)}`"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
