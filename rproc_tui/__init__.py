"""One terminal program for every remote processor of a Linux system-on-chip."""

__version__ = "0.1.0"
