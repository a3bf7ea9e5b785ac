"""The parts of the screen, one a file. They render values and post messages; none of them asks anybody."""
