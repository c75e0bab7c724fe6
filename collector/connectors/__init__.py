"""Built-in connectors, found by entry points only."""
