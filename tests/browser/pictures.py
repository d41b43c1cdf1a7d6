"""Pictures as a camera gives them: large, with where they were taken written beside them."""

import base64

from playwright.sync_api import Page

# What a camera writes beside a picture; it must not leave the phone.
SECRET = b"53.5503 North 9.9920 East, Miras Phone"
# Grain of a generator with a fixed seed, so that a picture weighs the same in every run.
_DRAWN = """
async ({ width, height, grain, seed }) => {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  const pixels = pen.createImageData(width, height);
  let state = seed;
  for (let at = 0; at < pixels.data.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const light = 128 + ((state >>> 24) - 128) * grain;
    pixels.data.set([light, (at / pixels.data.length) * 255, light, 255], at);
  }
  pen.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
"""


def photo(
    page: Page, *, width: int = 2000, height: int = 1500, grain: float = 0.1, seed: int = 1
) -> bytes:
    """A JPEG of this size in px. The more ``grain`` (0 to 1), the heavier it stays."""
    drawn = page.evaluate(_DRAWN, {"width": width, "height": height, "grain": grain, "seed": seed})
    jpeg = base64.b64decode(drawn)
    beside = b"Exif\0\0" + SECRET
    marker = b"\xff\xe1" + (len(beside) + 2).to_bytes(2, "big")
    return jpeg[:2] + marker + beside + jpeg[2:]
