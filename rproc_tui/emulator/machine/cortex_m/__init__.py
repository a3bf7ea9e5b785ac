"""The Cortex-M profile (Armv6-M, v7-M, v8-M) on an engine that executes its code and knows none of its exceptions."""
