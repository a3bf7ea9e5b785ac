"""What is known about a processor: frozen values and enums. They do nothing and import nothing of ours."""
