// Makes photos ready to travel, off the page's thread. What comes out is drawn anew, so nothing of what the camera wrote
// beside the picture is in it: not where it was taken, not by whom.
import { idOf, squeezed, thumbOf } from "./photo.js";
import { answer } from "./talk.js";

/** @typedef {import("./photo.js").Encode} Encode */

const scope = /** @type {import("./talk.js").Port} */ (/** @type {unknown} */ (self));

/** @param {ImageBitmap} picture @returns {Encode} */
const encoder = (picture) => async (size, quality) => {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser draws no pictures");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff"; // a picture without a background would turn black
  pen.fillRect(0, 0, size.width, size.height);
  pen.drawImage(picture, 0, 0, size.width, size.height);
  return (await canvas.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer();
};

export const answers = {
  /** @param {Blob} photo  as the camera or the gallery gave it */
  ready: async (photo) => {
    const picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
    try {
      const encode = encoder(picture);
      const bytes = await squeezed(picture, encode);
      const thumb = await thumbOf(picture, encode);
      return { id: await idOf(bytes), bytes, thumb, type: "image/jpeg" };
    } finally {
      picture.close();
    }
  },
};

answer(scope, answers);
