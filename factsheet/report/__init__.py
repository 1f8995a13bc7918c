"""What is said, once: words, facts, columns, history, highlights; all of it inert text."""
