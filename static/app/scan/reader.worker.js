// Looks for a code in pictures of the camera: with the browser's own reader where it has one for articles, else with
// the one that comes with the app, which is fetched from this gateway and from nowhere else.
import { codeOf } from "./seen.js";

/** @typedef {{detect: (picture: ImageBitmap) => Promise<{format: string, rawValue: string}[]>}} Native */
/** @typedef {(picture: ImageBitmap) => Promise<string>} Reader  the code, "" for none */

const scope = /** @type {{postMessage: (message: unknown) => void} & EventTarget} */ (/** @type {unknown} */ (self));
const NATIVE_FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix"];
const FORMATS = [
  "EAN13",
  "EAN8",
  "UPCA",
  "UPCE",
  "Code128",
  "Code39",
  "ITF",
  "DataBar",
  "DataBarExp",
  "QRCode",
  "DataMatrix",
];

/** @returns {Promise<Reader | null>} */
async function native() {
  const { BarcodeDetector } = /** @type {any} */ (self);
  const known = /** @type {string[]} */ ((await BarcodeDetector?.getSupportedFormats()) ?? []);
  if (!known.includes("ean_13")) return null;
  const detector = /** @type {Native} */ (
    new BarcodeDetector({ formats: NATIVE_FORMATS.filter((format) => known.includes(format)) })
  );
  return async (picture) => {
    const [found] = await detector.detect(picture);
    return found ? codeOf({ format: found.format, text: found.rawValue }) : "";
  };
}

/** @returns {Promise<Reader>} */
async function carried() {
  const { prepareZXingModule, readBarcodes } = await import("../../vendor/zxing_reader.js");
  const locateFile = (/** @type {string} */ name) => new URL(`../../vendor/${name}`, import.meta.url).href;
  await prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
  const canvas = new OffscreenCanvas(1, 1);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  return async (picture) => {
    const { width, height } = picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.drawImage(picture, 0, 0);
    const pixels = pen.getImageData(0, 0, width, height);
    const [found] = await readBarcodes(pixels, { formats: FORMATS, maxNumberOfSymbols: 1, textMode: "Plain" });
    return found ? codeOf({ format: found.format, text: found.text, aim: found.symbologyIdentifier }) : "";
  };
}

/** @type {Promise<Reader> | null} */
let reader = null;

/** @param {ImageBitmap} picture */
async function look(picture) {
  reader ??= native().then((found) => found ?? carried());
  try {
    scope.postMessage({ code: await (await reader)(picture) });
  } catch (error) {
    reader = null; // asked again with the next picture
    scope.postMessage({ fault: String(error) });
  } finally {
    picture.close();
  }
}

scope.addEventListener("message", (event) => void look(/** @type {MessageEvent} */ (event).data));
