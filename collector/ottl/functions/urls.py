"""`URL`: the parts of a URL."""

from __future__ import annotations

from collector.ottl import gourl
from collector.ottl.errors import EvaluationError
from collector.ottl.signature import function
from collector.ottl.values import MachineInt, PlainMap, text_of


@function("URL", memo=True)
def url(u_r_i: str) -> PlainMap:
    if not u_r_i:
        raise EvaluationError("url cannot be empty")
    if u_r_i.startswith("?"):
        query = gourl.parse_query(u_r_i[1:])
        return PlainMap({"query": PlainMap({k: list(v) for k, v in query.items()})} if query else {})
    parsed = gourl.parse(u_r_i)
    path = text_of(parsed.path)
    found = PlainMap({
        "url.original": text_of(parsed.text()),
        "url.domain": text_of(parsed.hostname()),
        "url.scheme": parsed.scheme,
        "url.path": path,
    })  # fmt: skip
    if parsed.port():
        found["url.port"] = MachineInt(parsed.port())
    if parsed.query:
        found["url.query"] = text_of(parsed.query)
    if parsed.fragment:
        found["url.fragment"] = text_of(parsed.fragment)
    if parsed.user is not None:
        name, password = parsed.user
        found["url.user_info"] = text_of(parsed.user_info())
        if name:
            found["url.username"] = text_of(name)
        if password is not None:
            found["url.password"] = text_of(password)
    extension = path.rpartition(".")[2] if "." in path else ""
    if extension:
        found["url.extension"] = extension
    return found
