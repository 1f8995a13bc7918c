"""The arithmetic: where every promise stands as of two dates. Pure functions of a dataset."""
