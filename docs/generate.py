"""Write the reference pages of this folder from the settings models: `python docs/generate.py`."""

import enum
import importlib
import inspect
import itertools
import math
import textwrap
import types
import typing
from importlib.metadata import entry_points
from pathlib import Path

from pydantic import BaseModel

from collector.config.describe import descriptions
from collector.config.durations import format_duration

KINDS = ("receivers", "processors", "exporters", "connectors", "extensions")
HERE = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py from the settings models; change those. -->"


def pages():
    """The text of each page, by file name."""
    return {f"{kind}.md": page(kind) for kind in KINDS}


def page(kind):
    found = {}
    aliases = {}
    for entry in entry_points(group=f"telepipe.{kind}"):
        if not entry.value.startswith(("collector.", "processors.", "exporters.")):
            continue
        factory = entry.load()
        found[factory.type] = (factory, entry.value.split(":")[0])
        if entry.name != factory.type:
            aliases[factory.type] = entry.name
    parts = [NOTE, f"# {kind.capitalize()}", ""]
    parts.append(" · ".join(f"[{name}](#{name})" for name in sorted(found)))
    for name in sorted(found):
        factory, module = found[name]
        parts += ["", *component(factory, module, aliases.get(name))]
    return "\n".join(parts) + "\n"


def component(factory, module, alias):
    lines = [f"## {factory.type}", ""]
    if alias:
        lines += [f"Also accepted as `{alias}`, with a warning.", ""]
    lines += prose(inspect.cleandoc(importlib.import_module(module).__doc__ or ""))
    rows = list(keys(factory.config))
    if rows:
        lines += ["", "| Key | Default | Meaning |", "| --- | --- | --- |", *rows]
    else:
        lines += ["", "It has no keys."]
    return lines


def prose(doc):
    """A docstring as Markdown: indented blocks are examples, the line of sources is left out."""
    lines = []
    for indented, group in itertools.groupby(doc.splitlines(), lambda line: line.startswith("    ") or not line):
        block = "\n".join(group)
        if indented and block.strip():
            lines += ["", "```yaml", textwrap.dedent(block).strip("\n"), "```", ""]
        elif indented:
            lines.append("")
        else:
            lines.append("\n".join(line for line in block.splitlines() if not line.startswith(("Source:", "Sources:"))))
    return ["\n".join(lines).strip()]


def keys(model, prefix="", seen=()):
    """A row for each key, those of sections behind their own."""
    texts = descriptions(model)
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        section = section_of(field.annotation)
        text = " ".join(texts.get(name, "").split()).replace("|", "\\|")
        yield f"| `{key}` | {default(field, section)} | {text} |"
        if section is not None and section not in seen:
            mark = "[]." if typing.get_origin(field.annotation) is list else "."
            yield from keys(section, key + mark, (*seen, section))


def section_of(annotation):
    """The model inside an annotation, if there is one."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return annotation
    for part in typing.get_args(annotation):
        found = section_of(part)
        if found is not None:
            return found
    return None


def default(field, section):
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if section is not None:
        return "" if isinstance(value, BaseModel) else "none" if value is None else "[]"
    if value is None:
        return "none"
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, float) and any("Duration" in type(m).__name__ for m in field.metadata):
        return f"`{format_duration(round(value * 1e9))}`" if math.isfinite(value) else "none"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if hasattr(value, "get_secret_value"):
        return ""
    if value in ("", [], {}, types.MappingProxyType({})):
        return {"": "", "[]": "`[]`", "{}": "`{}`"}.get(str(value), "")
    return f"`{value}`"


if __name__ == "__main__":
    for file, text in pages().items():
        (HERE / file).write_text(text)
