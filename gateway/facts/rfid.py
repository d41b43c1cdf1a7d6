"""What RFID readers saw: the shape of the fact."""

from typing import Annotated, Final

from msgspec import Meta, Struct

Epc = Annotated[str, Meta(pattern=r"^([0-9A-F]{8,124}|urn:epc:[!-~]{1,180})$")]
When = Annotated[str, Meta(max_length=40)]
Decibels = Annotated[str, Meta(pattern=r"^-?[0-9]{1,3}(\.[0-9])?$")]
Gtin14 = Annotated[str, Meta(pattern=r"^[0-9]{14}$")]
Sscc = Annotated[str, Meta(pattern=r"^[0-9]{18}$")]
Antenna = Annotated[int, Meta(ge=0, le=255)]


class TagObserved(Struct, omit_defaults=True):
    """rfid.observed: a tag stood before a reader, and was reported ``count`` times in a while.

    ``epc`` is hexadecimal or a URI; ``gtin``, ``serial`` and ``sscc`` are read out of it.
    ``peak_rssi`` is in dBm.
    """

    epc: Epc
    count: Annotated[int, Meta(ge=1, le=10**15)]
    first: When
    last: When
    gtin: Gtin14 | None = None
    serial: Annotated[str, Meta(max_length=20)] | None = None
    sscc: Sscc | None = None
    peak_rssi: Decibels | None = None
    antennas: Annotated[list[Antenna], Meta(max_length=32)] = []
    reader_first: When | None = None
    reader_last: When | None = None


RFID_TYPES: Final[dict[str, type[Struct]]] = {"rfid.observed": TagObserved}
