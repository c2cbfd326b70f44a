"""The snapshot on disk: its layout, reading and atomic writing. It touches no network."""
