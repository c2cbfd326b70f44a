"""What the engine costs: accounts to measure on, the floor, the peers, and one command that sets them side by side."""
