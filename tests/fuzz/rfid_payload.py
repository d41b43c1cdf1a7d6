"""Any bytes as a message of an RFID reader: read or named as unreadable, never a mistake."""

from devices.rfid.payloads import EPC_MAX, READS_MAX, TEXT_MAX, Form, Paths, normal_epc, read

PATHS = Paths("data", "a.b", "r", "n", "c", "t")
SEEDS = (
    b'{"data":{"antenna":1,"eventNum":5,"idHex":"3034257bf7194e4000001a85","peakRssi":-54.2}}',
    b'{"data":{"tagData":[{"eventNum":1}],"barcodeData":[{"decodedBarcode":"4006381333931"}]}}',
    b"3034257BF7194E4000001A85\nurn:epc:id:sgtin:0614141.812345.6789\n",
)
FORMS: tuple[Form, ...] = ("auto", "zebra", "paths", "text")


def target(data: bytes) -> None:
    """Must not raise; what it says fits the facts that are made of it."""
    for form in FORMS:
        message = read(data, form, PATHS)
        assert message.tags or message.barcodes or message.unread
        for tag in message.tags:
            assert normal_epc(tag.epc) == tag.epc
            assert len(tag.epc) <= max(EPC_MAX, 188)
            assert 1 <= tag.reads <= READS_MAX
            assert tag.rssi is None or abs(tag.rssi) <= 200
            assert tag.antenna is None or 0 <= tag.antenna <= 255
            assert len(tag.at) <= 40
        for barcode in message.barcodes:
            assert 0 < len(barcode.text.encode("utf-8").decode("utf-8")) <= TEXT_MAX
        assert all(word.isascii() for word in message.unread)
        assert read(data, form, PATHS) == message
