"""Telepipe's processors: one module each, found by entry points only."""
