"""The emulated board as a host: the framework and the machines behind exactly the files that a kernel shows."""
