// Codes that were scanned before there was a count or an arrival to take them: whoever scans has begun.

/** @type {string[]} */
const early = [];

/** Keep a code for what is being opened. @param {string} code */
export async function keepEarly(code) {
  early.push(code);
  return true;
}

/** All of them, for whoever takes them now. */
export const takeEarly = () => early.splice(0);
