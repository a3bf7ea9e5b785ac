"""A host's files, mounted where programs of this machine find them."""
