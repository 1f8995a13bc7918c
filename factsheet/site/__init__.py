"""The public tracker: which files it has and what stands in each, as pure functions of a report."""
