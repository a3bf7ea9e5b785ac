"""From successive snapshots of a trace buffer to clean lines."""
