"""What must be looked at: one rule a file, all of the same interface."""
