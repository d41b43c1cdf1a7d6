"""What a driver keeps in mind is on disk, all of it or nothing, and each device has its own."""

from devices.notes import Forgotten, Notebook
from gateway.kernel.ids import uuid7
from gateway.store.database import Store


def test_notes_are_written_struck_out_and_there_after_a_start(store: Store) -> None:
    device = uuid7(1)
    for notes in (Notebook(store, device), Forgotten()):
        notes.write({"a": "1", "b": "2"})
        notes.write({"a": None, "b": "3", "c": "", "d": None})
        assert notes.read() == {"b": "3", "c": ""}
    assert Notebook(store, device).read() == {"b": "3", "c": ""}
    assert Notebook(store, uuid7(2)).read() == {}
