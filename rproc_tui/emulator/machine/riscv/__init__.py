"""RISC-V in machine mode (RV32IMAC) on an engine that executes its code, `mret` included, and takes no traps."""
