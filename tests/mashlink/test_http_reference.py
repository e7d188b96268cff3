"""The page of the JSON views says everything the published document says."""

import re

from api import json_document
from mashlink.http_reference import WHY_HEADERS, http_page


def test_every_view_parameter_and_value_is_on_the_page_and_every_link_leads_somewhere() -> None:
    document = json_document()

    page = http_page(document, "")

    for path, views in document["paths"].items():
        for method, view in views.items():
            section = page.partition(f"### `{method.upper()} {path}`\n")[2].partition("\n### ")[0]
            assert view["summary"] in section
            for parameter in view.get("parameters", ()):
                assert (f"`{parameter['name']}`" in section) == (parameter["name"] not in WHY_HEADERS)
    anchors = {heading.lower() for heading in re.findall(r"^### (\w+)$", page, re.MULTILINE)}
    assert {name.lower() for name in document["components"]["schemas"]} == anchors
    assert set(re.findall(r"\]\(#(\w+)\)", page)) <= anchors


def test_a_view_is_written_with_its_bounds_choices_and_defaults() -> None:
    count = {
        "name": "most",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
    }
    answer = {
        "description": "OK",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Meal"}}},
    }
    view = {"summary": "Meals", "tags": ["meals"], "parameters": [count], "responses": {"200": answer}}
    meal = {
        "properties": {
            "kind": {"enum": ["soup", "bread"]},
            "spices": {"type": "array", "items": {"type": "string"}},
        }
    }

    page = http_page({"paths": {"/v1/meals": {"get": view}}, "components": {"schemas": {"Meal": meal}}}, "")

    assert "| `most` | query |  | integer (from 1, to 9) | `3` |" in page
    assert "Answers 200: [Meal](#meal)." in page
    assert "| `kind` |  | `soup`, `bread` |  |" in page
    assert "| `spices` |  | list of string |  |" in page
