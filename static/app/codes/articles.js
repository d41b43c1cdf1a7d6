// Article numbers: check digits and the one stored form (GS1 General Specifications, section 7.9).

export const LENGTHS = [8, 12, 13, 14];

/** @param {string} text */
export const isDigits = (text) => /^\d+$/.test(text);

/** The GS1 modulo-10 check digit of the digits before it. @param {string} body */
export function checkDigit(body) {
  let total = 0;
  for (let at = 0; at < body.length; at += 1) total += Number(body[body.length - 1 - at]) * (at % 2 === 0 ? 3 : 1);
  return String((10 - (total % 10)) % 10);
}

/** @param {string} digits  the last of them the check digit */
export const isChecked = (digits) => checkDigit(digits.slice(0, -1)) === digits.at(-1);

/** 8, 12, 13 or 14 digits with a right check digit, as 14 digits; "" for anything else. @param {string} text */
export const gtin14 = (text) =>
  LENGTHS.includes(text.length) && isDigits(text) && isChecked(text) ? text.padStart(14, "0") : "";

/**
 * The UPC-A behind the 8 digits of a UPC-E, or "" when its check digit says that it is none.
 * @param {string} text  (GS1 General Specifications, section 5.2.2.4.2)
 */
export function upcA(text) {
  const [body, last, check] = [text.slice(0, 6), text[6] ?? "", text[7] ?? ""];
  if (!/^[01]\d{7}$/.test(text)) return "";
  let whole = `${body}0000${last}`;
  if (last <= "2") whole = `${body.slice(0, 3)}${last}0000${body.slice(3)}`;
  else if (last === "3") whole = `${body.slice(0, 4)}00000${body.slice(4)}`;
  else if (last === "4") whole = `${body.slice(0, 5)}00000${body.slice(5)}`;
  return checkDigit(whole) === check ? whole + check : "";
}

/** Free for use inside shops, so that it means nothing outside this one. @param {string} text  a valid number */
export function isRestricted(text) {
  if (text.length === 8) return /^[02]/.test(text);
  return /^0(2|02|04)/.test(text.padStart(14, "0"));
}

/**
 * What a number that is being typed still needs, or where it is wrong.
 * @param {string} typed
 * @returns {{state: "none" | "right"} | {state: "missing" | "wrong", expected: string, got: string}}
 */
export function typedState(typed) {
  const digits = typed.replace(/[\s-]/g, "");
  if (!isDigits(digits)) return { state: "none" };
  if (gtin14(digits)) return { state: "right" };
  // 12 digits may be a whole UPC-A or an EAN-13 without its last digit, 13 an EAN-13 or a case number without one.
  if (digits.length === 7) return { state: "missing", expected: checkDigit(digits), got: "" };
  if (digits.length === 12 && !isChecked(digits)) return { state: "missing", expected: checkDigit(digits), got: "" };
  if (!LENGTHS.includes(digits.length)) return { state: "none" };
  return { state: "wrong", expected: checkDigit(digits.slice(0, -1)), got: digits.at(-1) ?? "" };
}
