"""What the debug information of a firmware file says: lines, functions, frames, variables (DWARF 2 to 5)."""
