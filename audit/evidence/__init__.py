"""What was done, as the evidence tells, and what its silence means."""
