"""The kernel's remoteproc framework in user space, on plain memory: same files, same order, same errno, same log."""
