"""From an assessment to text: every renderer takes a picture and gives a string or bytes; none reads the clock or the disk."""
