"""What can be wrong with a dataset (rules) and what is doubtful about a snapshot (doubts)."""
