"""Stage three: from bound expressions to plain Python functions, made as source and specialised for what they name."""

from collector.ottl.compile.program import Program, compile_program

__all__ = ["Program", "compile_program"]
