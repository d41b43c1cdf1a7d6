// What people paste: full-width letters, direction marks, blanks that take no room. The gateway's tidying of texts, so
// that the phone shows what will be stored, and judges that.

/** Masks are made of this sign; a value that holds it was never typed by a person. */
export const MASK = "•";
/** Letters and signs that show nothing: fillers of Hangul, a blank of Braille. */
const HOLLOW = /[\u115f\u1160\u2800\u3164\uffa0]/gu;
/** Format signs and broken halves; joiners inside a word belong to some scripts and to emoji. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cf}\p{Cs}]/gu;
const LOOSE_JOINERS = /(?<![^\s\u200c\u200d])(?:\u200c|\u200d)+|(?:\u200c|\u200d)+(?=\s|$|\u200c|\u200d)/gu;
const PLAIN = /^[\x21-\x7e]*$/;

/** @param {string} text */
const single = (text) => text.split(/\s+/u).filter(Boolean).join(" ");

/** One line: NFKC, nothing invisible, single blanks. Emoji are text like any other. @param {string} text */
export function tidyName(text) {
  if (PLAIN.test(text)) return text;
  const seen = text
    .normalize("NFKC")
    .replace(HOLLOW, " ")
    .replace(/\p{Cc}/gu, " ")
    .replace(UNSEEN, "");
  const plain = single(seen.normalize("NFKC"));
  return /[\u200c\u200d]/u.test(plain) ? single(plain.replace(LOOSE_JOINERS, "")) : plain;
}

/** Several lines: NFC, nothing invisible, no blanks at the ends. @param {string} text */
export function tidyLines(text) {
  const seen = text
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])\p{Cc}/gu, "")
    .replace(UNSEEN, "");
  return seen
    .normalize("NFC")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** Is nothing left of a text once it is tidied? @param {string} text */
export const isBlank = (text) => text.trim() === "" || (!PLAIN.test(text) && tidyName(text) === "");

/**
 * Would nobody see a difference between what was typed and what is stored? Then no words of both are worth showing.
 * @param {string} typed @param {string} stored
 */
export const looksSame = (typed, stored) =>
  single(typed.replace(/[\p{Cf}\p{Cc}]/gu, " ")) === single(stored.replace(/\p{Cc}/gu, " ")) ||
  single(typed.replace(/[\p{Cf}\p{Cc}]/gu, "")) === single(stored);
