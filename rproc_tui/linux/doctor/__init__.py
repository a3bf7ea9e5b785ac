"""What a machine with remote processors lacks: each topic reads its facts through the port and judges them purely."""
