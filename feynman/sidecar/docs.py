"""A page that shows the API without any file from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

__all__ = ["docs_page"]

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
                f"<p>{escape(operation.get('description', ''))}</p>{_body(operation)}<ul>{answers}</ul></section>\n"
            )


def _body(operation: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return f"<p>Takes {_links(content)}</p>" if content else ""


def _answer(status: str, answer: Mapping[str, Any]) -> str:
    return f"<li>{escape(status)}: {escape(answer['description'])} {_links(answer.get('content', {}))}</li>"


def _links(content: Mapping[str, Any]) -> str:
    names = (str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2] for media in content.values())
    return ", ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in names if name)


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    shown = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><pre>{shown}</pre></section>\n'
