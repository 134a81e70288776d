"""A page that shows the API without any file from elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

__all__ = ["docs_page"]

_CODE: Final = re.compile(r"`([^`]*)`")
_AS_CODE: Final = r"<code>\1</code>"

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
html {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
pre {{ overflow-x: auto; border: 1px solid; border-radius: .4rem; padding: .8rem; font-size: .85rem; }}
code {{ font-size: 1.05em; }}
</style></head><body><main><h1>{title}</h1><p>{intro}</p>
<p>For tools: <a href="openapi.json">openapi.json</a></p>
{operations}<h2>Schemas</h2>
{schemas}</main></body></html>
"""


def docs_page(document: Mapping[str, Any]) -> str:
    """Render an OpenAPI document as one self-contained HTML page."""
    info = document["info"]
    schemas: Mapping[str, Any] = document.get("components", {}).get("schemas", {})
    return _PAGE.format(
        title=escape(info["title"]),
        intro=escape(info.get("description", "")),
        operations="".join(_operations(document["paths"])),
        schemas="".join(_schema(name, schema) for name, schema in schemas.items()),
    )


def _operations(paths: Mapping[str, Any]) -> Iterator[str]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            answers = "".join(_answer(status, answer) for status, answer in operation["responses"].items())
            yield (
                f"<section><h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
                f"{_told(operation.get('description', ''))}{_parameters(operation)}{_body(operation)}"
                f"<ul>{answers}</ul></section>\n"
            )


def _told(text: str) -> str:
    paragraphs = (escape(paragraph) for paragraph in text.split("\n\n"))
    return "".join(f"<p>{_CODE.sub(_AS_CODE, paragraph)}</p>" for paragraph in paragraphs)


def _parameters(operation: Mapping[str, Any]) -> str:
    items = "".join(
        f"<li><code>{escape(each['name'])}</code> ({escape(each['in'])}): "
        f"<code>{escape(_compact(each['schema']))}</code></li>"
        for each in operation.get("parameters", ())
    )
    return f"<p>May be given:</p><ul>{items}</ul>" if items else ""


def _body(operation: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return f"<p>Takes {_links(content)}</p>" if content else ""


def _answer(status: str, answer: Mapping[str, Any]) -> str:
    content = answer.get("content", {})
    told = f"{escape(status)}: {_told(answer['description'])[3:-4]} {_links(content)}"
    return f"<li>{told}{''.join(map(_examples, content.values()))}</li>"


def _examples(media: Mapping[str, Any]) -> str:
    shown = {name: each["value"] for name, each in media.get("examples", {}).items()}
    if "example" in media:
        shown["for example"] = media["example"]
    return "".join(
        f"<details><summary>{escape(name)}</summary><pre>{escape(_written(value))}</pre></details>"
        for name, value in shown.items()
    )


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _compact(schema: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in schema.items() if name != "title"}, ensure_ascii=False)


def _links(content: Mapping[str, Any]) -> str:
    names = (str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2] for media in content.values())
    return ", ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in names if name)


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    shown = escape(_written(schema))
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><pre>{shown}</pre></section>\n'
