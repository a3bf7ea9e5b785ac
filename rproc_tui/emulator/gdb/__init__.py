"""The GDB remote protocol, over anything that can be debugged."""
