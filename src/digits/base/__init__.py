"""Floor 0: records and errors that every floor shares."""
