"""Pictures are drawn anew: what is seen stays, and nothing else that a file may carry."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from config.schema import AttachmentSettings
from gateway.attachments import book, drawing, painter
from gateway.attachments.blocks import BLOCK_BYTES
from gateway.attachments.drawing import Drawing
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.places import ARRIVING
from tests.attachments.desk import Desk, of, refused

SECRETS = (b"Canon of Ute", b"remark of Ute", b"profile of Ute", b"<?php evil", b"packet of Ute")
GPS, LATITUDE, ORIENTATION, MAKE = 0x8825, 2, 0x0112, 0x010F
TURNED_RIGHT = 6


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Dark on the left, bright on the right, so that a turn is seen."""
    return ImageOps.flip(Image.linear_gradient("L").rotate(90)).resize(size).convert(mode)


def encoded(image: Image.Image, kind: str, **more: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **more)
    return made.getvalue()


def notes() -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Canon of Ute", TURNED_RIGHT
    exif[GPS] = {1: "N", LATITUDE: (53.0, 33.0, 1.0)}
    return exif


def told_of(image: Image.Image, kind: str, **more: Any) -> bytes:
    """With everything a file can carry beside its picture, and something behind its end."""
    plain = encoded(image, kind, exif=notes(), icc_profile=b"profile of Ute", **more)
    return plain + b"<?php evil ?>PK\x03\x04"


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(bytes((width + 1) * 100), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    frames = [picture(), ImageOps.mirror(picture())]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def lying(desk: Desk) -> list[str]:
    """What lies on the disk, by folder and name."""
    folders = (desk.folder, desk.store.folder / ARRIVING)
    found = (path for folder in folders if folder.exists() for path in folder.iterdir())
    return sorted(f"{path.parent.name}/{path.name}" for path in found)


def test_position_camera_and_what_stood_behind_a_photo_are_gone(desk: Desk) -> None:
    sent = told_of(picture(), "JPEG", comment=b"remark of Ute", quality=80)
    assert all(secret in sent for secret in SECRETS[:4])
    desk.bring(sent, type="image/jpeg")
    shown = desk.get(sent)
    assert (shown.content_type, shown.headers["Content-Length"]) == (
        "image/jpeg", str(len(shown.data)),
    )  # fmt: skip
    assert not [secret for secret in SECRETS if secret in shown.data]
    drawn = opened(shown.data)
    assert not drawn.getexif()
    assert set(drawn.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert lying(desk) == [f"attachments/{of(sent)}"]
    (listed,) = desk.listed().json["attachments"]
    assert (listed["id"], listed["sha256"]) == (of(sent), of(shown.data))
    assert listed["size"] == len(shown.data)
    # It keeps the id that the phone gave it, and is not sent again.
    assert desk.announce(sent, type="image/jpeg").json["complete"] is True


def test_a_photo_that_lay_on_its_side_stands_upright(desk: Desk) -> None:
    sent = told_of(picture(), "JPEG", quality=90)
    desk.bring(sent, type="image/jpeg")
    drawn = opened(desk.get(sent).data).convert("L")
    assert drawn.size == (48, 64)
    assert drawn.getpixel((24, 2)) < 40 < 200 < drawn.getpixel((24, 61))


@pytest.mark.parametrize(
    ("content", "type_", "problem"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "image/svg+xml",
         "attachment_type_refused"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "image/png",
         "attachment_type_differs"),
        (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>", "image/jpeg",
         "attachment_picture_unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"<html><script>alert(1)</script>", "image/png",
         "attachment_picture_unreadable"),
        (encoded(picture(), "PNG")[:-30], "image/png", "attachment_picture_unreadable"),
        (bomb(12_000, 12_000), "image/png", "attachment_picture_too_large"),
        (moving("PNG"), "image/png", "attachment_picture_moves"),
        (moving("WEBP"), "image/webp", "attachment_picture_moves"),
    ],
    ids=["drawing", "drawing-as-photo", "page-as-jpeg", "page-as-png", "cut-off", "bomb",
         "moving-png", "moving-webp"],
)  # fmt: skip
def test_what_is_no_still_picture_is_refused_and_nothing_of_it_stays(
    desk: Desk, content: bytes, type_: str, problem: str
) -> None:
    answer = desk.announce(content, type=type_)
    if answer.status_code == 200:
        answer = desk.put(content, 0)
    assert refused(answer) == (422, problem)
    assert lying(desk) == []
    assert desk.get(content).status_code == 404


def test_who_sends_a_refused_picture_again_begins_anew(desk: Desk) -> None:
    sent = bomb(12_000, 12_000)
    desk.announce(sent, type="image/png")
    assert desk.put(sent, 0).json["params"] == {"megapixels_max": 25}
    assert desk.announce(sent, type="image/png").json["received"] == 0
    good = encoded(picture(), "PNG")
    desk.bring(good, type="image/png")
    assert desk.get(good).status_code == 200


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_keeps_every_pixel(mode: str) -> None:
    image = picture(mode=mode)
    sent = told_of(image, "PNG")
    drawn = opened(painter.draw(sent, "image/png", 10_000))
    assert same(drawn, image.transpose(Image.Transpose.ROTATE_270))
    assert not drawn.info


def test_a_png_with_one_colour_to_look_through_keeps_it() -> None:
    image = picture(mode="P")
    sent = encoded(image, "PNG", transparency=image.getpixel((0, 0)))
    drawn = opened(painter.draw(sent, "image/png", 10_000))
    assert (drawn.mode, drawn.getpixel((0, 0))[3]) == ("RGBA", 0)
    assert same(drawn, opened(sent))


def test_a_webp_without_loss_stays_so_and_one_with_loss_stays_small() -> None:
    image = picture(mode="RGB")
    extra = {"xmp": b"packet of Ute", "exif": notes(), "icc_profile": b"profile of Ute"}
    sent = encoded(image, "WEBP", lossless=True, **extra)
    assert b"packet of Ute" in sent
    made = painter.draw(sent, "image/webp", 10_000)
    assert same(opened(made), image.transpose(Image.Transpose.ROTATE_270))
    assert not [secret for secret in SECRETS if secret in made]
    lossy = painter.draw(encoded(image, "WEBP", quality=80), "image/webp", 10_000)
    assert b"VP8 " in lossy
    assert b"VP8L" not in lossy


def test_sixteen_bits_become_eight_and_inks_become_light() -> None:
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 0xFFFF)
    deep.putpixel((1, 0), 0x8000)
    drawn = opened(painter.draw(encoded(deep, "PNG"), "image/png", 10_000))
    assert (drawn.mode, drawn.tobytes()) == ("L", b"\xff\x80")
    inks = encoded(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "JPEG")
    printed = opened(painter.draw(inks, "image/jpeg", 10_000))
    assert (printed.mode, printed.getpixel((4, 4))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize(("sent", "kept"), [(20, 40), (55, 55), (80, 80), (92, 92), (100, 95)])
def test_a_photo_is_drawn_as_well_as_it_came(sent: int, kept: int) -> None:
    photo = encoded(picture(), "JPEG", quality=sent)
    made = opened(painter.draw(photo, "image/jpeg", 10_000))
    assert made.quantization == opened(encoded(picture(), "JPEG", quality=kept)).quantization


@pytest.mark.filterwarnings("ignore:.*EXIF")
def test_a_photo_with_broken_notes_is_a_photo() -> None:
    sent = encoded(picture(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    assert opened(painter.draw(sent, "image/jpeg", 10_000)).size == (64, 48)


def test_with_many_at_it_the_last_piece_is_sent_again_and_nothing_else(desk: Desk) -> None:
    sent = told_of(picture((1200, 900)), "PNG", compress_level=0)
    assert len(sent) > 2 * BLOCK_BYTES
    door = desk.attachments._files._drawing._door
    desk.announce(sent, type="image/png")
    last = len(sent) // BLOCK_BYTES * BLOCK_BYTES
    for offset in range(0, last, BLOCK_BYTES):
        desk.put(sent, offset)
    while door.acquire(blocking=False):
        pass
    waits = desk.put(sent, last)
    assert refused(waits) == (503, "attachment_waits")
    assert "Retry-After" in waits.headers
    assert desk.announce(sent, type="image/png").json["received"] == last
    door.release()
    assert desk.put(sent, last).json["complete"] is True


def test_after_an_end_between_drawing_and_saying_so_the_last_piece_completes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = encoded(picture(), "PNG")
    desk.announce(sent, type="image/png")

    def ends(*_: object) -> None:
        raise Problem("storage_failing", reason="the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(book, "complete", ends)
        assert refused(desk.put(sent, 0))[1] == "storage_failing"
    assert len(lying(desk)) == 2
    assert desk.announce(sent, type="image/png").json["received"] == 0
    assert desk.put(sent, 0).json["complete"] is True
    assert lying(desk) == [f"attachments/{of(sent)}"]


def test_what_was_sent_goes_with_the_next_cleaning_when_the_gateway_ended_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = encoded(picture(), "PNG")
    desk.announce(sent, type="image/png")
    with monkeypatch.context() as patched:
        patched.setattr(desk.attachments._files, "arrived", lambda file: None)
        assert desk.put(sent, 0).json["complete"] is True
    assert len(lying(desk)) == 2
    desk.attachments.clean()
    assert lying(desk) == [f"attachments/{of(sent)}"]
    assert desk.get(sent).status_code == 200


def test_where_a_restore_left_out_what_was_arriving_it_begins_anew(desk: Desk) -> None:
    sent = told_of(picture((1200, 900)), "PNG", compress_level=0)
    desk.announce(sent, type="image/png")
    desk.put(sent, 0)
    (desk.store.folder / ARRIVING / of(sent)).unlink()
    answer, place = desk.put(sent, BLOCK_BYTES), BLOCK_BYTES
    while answer.status_code == 200:
        place = answer.json["received"]
        answer = desk.put(sent, place)
    assert refused(answer) == (422, "attachment_differs")
    desk.bring(sent, type="image/png")
    assert desk.get(sent).status_code == 200


def test_a_drawn_picture_that_was_put_in_the_place_of_another_is_not_shown(desk: Desk) -> None:
    one, other = (encoded(picture(size), "PNG") for size in ((64, 48), (64, 49)))
    for content in (one, other):
        desk.bring(content, type="image/png")
    (desk.folder / of(one)).write_bytes((desk.folder / of(other)).read_bytes())
    assert desk.get(one).status_code == 500


Painted = Callable[[str], str]


@pytest.fixture
def painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Painted:
    """What is said of a picture whose painter does something else."""

    def ends(script: str) -> str:
        path = tmp_path / "painter.py"
        path.write_text(script)
        monkeypatch.setattr(drawing, "_PAINTER", path)
        with pytest.raises(Problem) as problem:
            Drawing(AttachmentSettings()).anew("image/png", [b"x"])
        return problem.value.code

    return ends


def test_a_painter_that_the_box_ends_is_asked_again_and_one_that_breaks_is_not(
    painted: Painted, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert painted("import os; os.kill(os.getpid(), 9)") == "attachment_waits"
    assert painted(f"raise SystemExit({painter.SHORT})") == "attachment_waits"
    assert painted("raise RuntimeError") == "attachment_waits"
    assert painted("import os; os.kill(os.getpid(), 11)") == "attachment_picture_unreadable"
    assert painted(
        "import resource as r; r.setrlimit(r.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    ) == "attachment_picture_unreadable"  # fmt: skip
    monkeypatch.setattr(drawing, "_PATIENCE_S", 0.2)
    assert painted("import sys, select; select.select([], [], [])") == "attachment_waits"
    monkeypatch.setattr(drawing.sys, "executable", "/nowhere")
    assert painted("") == "attachment_waits"


def test_what_the_painter_ends_with_is_what_is_understood() -> None:
    said = {painter.UNREADABLE, painter.TOO_LARGE, painter.MOVES, painter.SHORT}
    assert said == {code for code in drawing._REFUSALS if code > 0} | {drawing._SHORT}


TRIES = """
import os, socket, sys
sys.path.insert(0, {folder!r})
import painter
painter._confine(1_000_000, 100)
found = []
for name, act in {{
    "open": lambda: open("/etc/hostname"), "write": lambda: open("/tmp/x", "w"),
    "socket": lambda: socket.socket(), "memory": lambda: bytearray(300 << 20),
    "pipe": os.pipe, "output": lambda: os.write(1, bytes(1000)) == 1000 or 1 / 0,
}}.items():
    try:
        act()
        found.append(name)
    except Exception:
        pass
os.write(2, ",".join(found).encode() or b"nothing")
"""


def test_a_painter_can_open_nothing_and_keep_nothing(tmp_path: Path) -> None:
    script = tmp_path / "tries.py"
    script.write_text(TRIES.format(folder=str(Path(painter.__file__).parent)))
    with (tmp_path / "out").open("wb") as out:
        ran = subprocess.run(
            [sys.executable, "-I", "-B", str(script)], stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.PIPE, check=False, env={},
        )  # fmt: skip
    assert ran.stderr == b"nothing"


def test_the_gateway_itself_has_nothing_that_decodes_pictures() -> None:
    asked = (
        "import sys, gateway.attachments.attachments;"
        "print([name for name in sys.modules if name.split('.')[0] == 'PIL'])"
    )
    root = Path(painter.__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=root
    )
    assert ran.stdout.strip() == "[]"
