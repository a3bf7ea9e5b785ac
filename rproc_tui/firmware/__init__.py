"""What is inside a firmware file. Bytes in, facts out."""
