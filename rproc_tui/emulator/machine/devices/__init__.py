"""Devices that a processor of an emulated board can have: registers in, registers out."""
