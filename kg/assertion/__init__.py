"""Claims to quads."""
