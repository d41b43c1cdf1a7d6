// How alike two texts are, from 0 to 1, by their letters.

/** Length of the longest common subsequence. @param {readonly string[]} one @param {readonly string[]} other */
function common(one, other) {
  let above = new Array(other.length + 1).fill(0);
  for (const sign of one) {
    const row = [0];
    for (let at = 1; at <= other.length; at += 1)
      row.push(sign === other[at - 1] ? above[at - 1] + 1 : Math.max(above[at], row[at - 1] ?? 0));
    above = row;
  }
  return above[other.length];
}

/** Twice what both have in the same order, over the length of both (Indel). @param {string} one @param {string} other */
export function likeness(one, other) {
  if (one === other) return 1;
  const [ours, theirs] = [[...one], [...other]];
  return (2 * common(ours, theirs)) / (ours.length + theirs.length);
}

/** One letter too many, too few, another, or two swapped. @param {string} one @param {string} other */
export function oneSlip(one, other) {
  const [few, many] = one.length <= other.length ? [one, other] : [other, one];
  if (many.length - few.length > 1) return false;
  let at = 0;
  while (at < few.length && few[at] === many[at]) at += 1;
  if (few.length < many.length) return few.slice(at) === many.slice(at + 1);
  const swapped = few[at] === many[at + 1] && few[at + 1] === many[at];
  return few.slice(at + 1) === many.slice(at + 1) || (swapped && few.slice(at + 2) === many.slice(at + 2));
}

/** Which letters of one text another has near the same place. @param {string[]} one @param {string[]} other @param {number} reach */
function matched(one, other, reach) {
  const taken = new Set(/** @type {number[]} */ ([]));
  const found = one.filter((sign, at) => {
    for (let place = Math.max(0, at - reach); place <= Math.min(other.length - 1, at + reach); place += 1) {
      if (taken.has(place) || other[place] !== sign) continue;
      taken.add(place);
      return true;
    }
    return false;
  });
  return { found, theirs: [...taken].sort((a, b) => a - b).map((place) => other[place]) };
}

/** Jaro's likeness, with what Winkler gives for a common beginning: a slip near the end weighs less. @param {string} left @param {string} right */
export function winkler(left, right) {
  if (left === right) return 1;
  const [one, other] = [[...left], [...right]];
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  const { found, theirs } = matched(one, other, reach);
  if (!found.length) return 0;
  const moved = found.filter((sign, at) => sign !== theirs[at]).length / 2;
  const count = found.length;
  const jaro = (count / one.length + count / other.length + (count - moved) / count) / 3;
  let start = 0;
  while (start < 4 && start < one.length && one[start] === other[start]) start += 1;
  return jaro > 0.7 ? jaro + start * 0.1 * (1 - jaro) : jaro;
}
