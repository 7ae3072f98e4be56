"""Files of every kind as tables."""
