"""Where the compiled kernel is built; `collector.pdata._kernel` is its source."""
