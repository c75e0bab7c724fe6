"""Telepipe's exporters: one module or folder each, found by entry points only."""
