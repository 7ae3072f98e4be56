"""Files that were changed at random, read by every reader: whatever they hold, it ends in a report or one sentence."""
