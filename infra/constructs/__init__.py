"""The parts of the stack, one idea per file."""
