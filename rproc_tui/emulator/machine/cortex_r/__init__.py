"""The Cortex-R profile (Armv7-R: a Cortex-R5F) on an engine that executes its code and leaves us its exceptions."""
