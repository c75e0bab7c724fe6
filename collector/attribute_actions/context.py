"""Values out of a request's context."""

from collector.pdata import Context

__all__ = ["context_value"]


def context_value(context: Context, name: str) -> str | None:
    """Value of `from_context`: several values are joined by `;`, None where there is none."""
    if name == "client.address":
        return context.client_address
    if name.startswith("auth."):
        found = context.auth.get(name.removeprefix("auth."))
        if isinstance(found, (list, tuple)):
            return ";".join(map(str, found)) if found else None
        return found if isinstance(found, str) else None
    values = context.metadata.get(name.removeprefix("metadata.").lower())
    return ";".join(values) if values else None
