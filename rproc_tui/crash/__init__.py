"""From a crash to a report: dumps, registers, and what they mean."""
