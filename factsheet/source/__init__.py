"""The file as text: reading it, explaining its errors, finding places in it, adding to it, merging."""
