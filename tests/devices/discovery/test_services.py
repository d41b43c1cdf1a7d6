"""What strangers say of themselves on the network, and which of it is one thing."""

from hypothesis import given
from hypothesis import strategies as st

from devices.discovery.announcement import LABEL_BYTES_MAX, Announcement
from devices.discovery.services import Service, best_address, candidate, neighbours, properties


def service(type: str, name: str = "Receipts", port: int = 9100, **told: str) -> Service:
    return Service(type, name, "printer.local", ("192.168.1.7",), port, told)


def test_a_printer_is_one_thing_however_many_services_it_has() -> None:
    (found,) = neighbours(
        [
            service("_ipp._tcp", port=631, uuid="AB-1"),
            service("_printer._tcp", port=515),
            service("_pdl-datastream._tcp"),
        ]
    )
    assert (found.service, found.place) == ("_pdl-datastream._tcp", "192.168.1.7:9100")
    assert found.services == {"_pdl-datastream._tcp": 9100, "_printer._tcp": 515, "_ipp._tcp": 631}
    # The UUID of a service it is not talked to by may come later than the rest.
    assert found.identity == "mdns:printer:Receipts"


def test_a_thing_is_known_by_its_uuid_where_its_service_tells_one() -> None:
    (found,) = neighbours([service("_pdl-datastream._tcp", uuid="AB-1")])
    assert found.identity == "mdns:printer:uuid:ab-1"


def test_two_things_with_the_uuid_of_their_series_are_known_by_their_names() -> None:
    found = neighbours(
        [
            service("_pdl-datastream._tcp", "Kitchen", uuid="same"),
            service("_pdl-datastream._tcp", "Bar", uuid="same"),
        ]
    )
    assert {one.identity for one in found} == {"mdns:printer:Kitchen", "mdns:printer:Bar"}
    assert {one.warning for one in found} == {"same_serial"}


def test_a_broker_of_the_same_name_is_another_thing_than_a_printer() -> None:
    found = neighbours([service("_mqtt._tcp", port=1883), service("_printer._tcp", port=515)])
    assert {one.sort for one in found} == {"broker", "printer"}


def test_what_nobody_asked_for_is_nothing() -> None:
    assert neighbours([service("_airplay._tcp")]) == []


def test_a_driver_sees_where_it_is_and_what_it_says() -> None:
    (found,) = neighbours([service("_pdl-datastream._tcp", ty="EPSON TM-T88")])
    seen = candidate(found)
    assert (seen.address, seen.target) == ("192.168.1.7:9100", "192.168.1.7:9100")
    assert seen.traits["host"] == "192.168.1.7"
    assert seen.traits["port"] == 9100
    assert seen.traits["product"] == "EPSON TM-T88"


def test_a_given_address_is_used_before_one_that_was_made_up() -> None:
    assert best_address(["fe80::1%eth0", "169.254.1.1", "2001:db8::1"]) == "2001:db8::1"
    assert best_address(["2001:db8::1", "192.168.1.9", "192.168.1.10"]) == "192.168.1.9"
    assert best_address([]) == ""


@given(st.dictionaries(st.binary(), st.none() | st.binary()))
def test_any_properties_are_short_lines_of_text(raw: dict[bytes, bytes | None]) -> None:
    for name, value in properties(raw).items():
        assert name
        assert (name + value).isprintable()
        assert max(len(name), len(value)) <= 120


@given(st.text(), st.integers(1, 99))
def test_any_shop_has_a_name_that_fits_the_network(name: str, turn: int) -> None:
    told = Announcement(name, "e8ae90a6dbf33c04", "1", "0.0.0.0", 8080, https=True)
    instance = told.instance(turn)
    assert len(instance.encode()) <= LABEL_BYTES_MAX
    assert "." not in instance
    assert "e8ae" in instance
    assert instance.isprintable()
