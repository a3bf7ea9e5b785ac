"""Remote processor messaging, the host's side: split vrings on shared memory, the bus, name service, endpoints."""
