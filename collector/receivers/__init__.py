"""Built-in receivers, found by entry points only."""
