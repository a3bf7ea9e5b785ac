"""One emulated processor: its engine, its memory, its devices and the thread that runs it."""
