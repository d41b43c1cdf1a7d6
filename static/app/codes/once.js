// One look at a code is one scan, however often the camera or a nervous finger repeats it (pure).

const AGAIN_MS = 1_500;

export class Once {
  #code = "";
  #at = Number.NEGATIVE_INFINITY;

  /**
   * Does this count? The same code does not, until it was out of sight for a while.
   * @param {string} code @param {number} at  ms @param {boolean} [tapped]  somebody asked for it
   */
  counts(code, at, tapped = false) {
    const again = code === this.#code && at - this.#at < AGAIN_MS;
    this.#code = code;
    this.#at = at;
    return tapped || !again;
  }
}
