"""The only room that opens a connection: it asks addresses, finds archived copies, reads pages.

Its rooms: ``addresses`` (what may be asked, what may be shown) and ``answers`` (what a status
means) are pure; ``connection`` opens what they allow; ``checking``, ``archiving`` and ``page`` are
the three things that commands want. It needs ``pip install factsheet[web]``.
"""
