"""How Linux shows remote processors in its files, read through the port and turned into facts."""
