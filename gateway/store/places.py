"""What lies where in a data folder. Read by commands that never open the database."""

from typing import Final

DATABASE: Final = "waystation.db"
KEYRING: Final = "keyring.json"
LOCK: Final = "waystation.lock"
# What a restore keeps in the folder until it is through: being unpacked, and being moved out.
UNPACKING: Final = "restoring.part"
RESTORED: Final = "restoring.whole"
# And what the salvage of a damaged database keeps there: a new one, to be put in its place.
SALVAGED: Final = "salvaged.whole"
# Attachments as they are sent. A backup leaves them out: what is not all here, its phone still has.
ARRIVING: Final = "arriving"
