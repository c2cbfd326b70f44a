"""Who can do what in Amazon Mechanical Turk, who did, and which privileges must go."""

__version__ = "0.1.0"
