"""The bundled board: processors that execute real firmware, described by a device tree source file."""
