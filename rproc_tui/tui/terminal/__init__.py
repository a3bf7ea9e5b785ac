"""The terminal that the screen is drawn on: what it can show, and only what changed on its wire."""
