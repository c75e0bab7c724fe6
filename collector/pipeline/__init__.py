"""The graph of components: build, start, hand over, drain, stop."""
