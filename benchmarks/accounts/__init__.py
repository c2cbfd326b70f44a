"""Invented AWS accounts of any size, the same for the same seed, in the shape that AWS hands out."""
