"""An agent for machines without this program: a script for any POSIX shell, sent there, and the near end of it."""
