"""OTTL."""
