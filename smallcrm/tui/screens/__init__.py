"""One screen for each thing that is looked at."""
