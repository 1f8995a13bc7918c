"""Track whether governments keep the commitments of a joint fact sheet."""

__version__ = "2.0.0"
