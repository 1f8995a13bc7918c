"""The file as text: reading, explaining its errors, finding places in it, adding to it, merging."""
