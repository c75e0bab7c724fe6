"""Built-in extensions, found by entry points only."""
