// The camera: opened by a tap, looked through a few times a second, and closed when nobody looks.
import { start } from "../trusted.js";

/** @typedef {"insecure" | "none" | "refused" | "busy"} Trouble */

/** At most 8 pictures a second. */
const EVERY_MS = 125;
/** The part of the picture within the reticle, and the widest that it is looked at, px. */
export const RETICLE = { width: 0.86, height: 0.5 };
const WIDEST = 900;

/** @type {Record<string, Trouble>} */
const BY_NAME = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/**
 * Why there is no camera to be had at all; null if there may be one.
 * @param {{isSecureContext: boolean, navigator: Pick<Navigator, "mediaDevices">}} scope  the window
 * @returns {Trouble | null}
 */
export function missing({ isSecureContext, navigator }) {
  if (!isSecureContext) return "insecure";
  return navigator.mediaDevices ? null : "none";
}

/** @param {unknown} error  of opening it @returns {Trouble} */
export function troubleOf(error) {
  const known = error instanceof DOMException && BY_NAME[error.name];
  if (!known) throw error;
  return known;
}

/** Where in a picture the reticle is. @param {number} width @param {number} height  px */
export function cropped(width, height) {
  const [w, h] = [Math.round(width * RETICLE.width), Math.round(height * RETICLE.height)];
  return { x: Math.round((width - w) / 2), y: Math.round((height - h) / 2), width: w, height: h };
}

/** The back camera. @returns {Promise<MediaStream>} */
const openStream = () =>
  navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });

/** @param {HTMLVideoElement} video */
function picture(video) {
  const { x, y, width, height } = cropped(video.videoWidth, video.videoHeight);
  const smaller = width > WIDEST ? { resizeWidth: WIDEST, resizeHeight: Math.round((height * WIDEST) / width) } : {};
  return createImageBitmap(video, x, y, width, height, smaller);
}

export class Camera {
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {Worker | null} */
  #reader = null;
  #timer = 0;

  /**
   * @param {{onCode: (code: string) => void, onFault: () => void}} tell  onFault: the reader of codes cannot be had
   */
  constructor(tell) {
    this.tell = tell;
  }

  /** Show it in `video` and look for codes. @param {HTMLVideoElement} video @throws {DOMException} */
  async open(video) {
    this.#stream = await openStream();
    video.srcObject = this.#stream;
    await video.play();
    this.#reader = start("scan/reader");
    this.#reader.onmessage = ({ data }) => {
      if (data.code) this.tell.onCode(data.code);
      if (data.fault) this.tell.onFault();
      this.#next(video);
    };
    this.#reader.onerror = () => this.tell.onFault();
    this.#next(video);
  }

  /** @param {HTMLVideoElement} video */
  #next(video) {
    this.#timer = setTimeout(async () => {
      if (!video.videoWidth) this.#next(video);
      else {
        const taken = await picture(video);
        this.#reader?.postMessage(taken, [taken]);
      }
    }, EVERY_MS);
  }

  get #light() {
    return this.#stream?.getVideoTracks()[0];
  }

  /** Has it a lamp that can be switched? */
  get hasTorch() {
    const able = /** @type {{torch?: boolean} | undefined} */ (this.#light?.getCapabilities?.());
    return able?.torch === true;
  }

  /** @param {boolean} on */
  async torch(on) {
    const wanted = /** @type {MediaTrackConstraints} */ (/** @type {unknown} */ ({ advanced: [{ torch: on }] }));
    await this.#light?.applyConstraints(wanted);
  }

  close() {
    clearTimeout(this.#timer);
    this.#reader?.terminate();
    this.#reader = null;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }
}
