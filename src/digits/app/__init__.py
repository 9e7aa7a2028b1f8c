"""Floor 5: what people start."""
