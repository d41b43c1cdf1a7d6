// How Chinese sounds, learnt from the copy itself: the gateway sends pinyin and initials with every Chinese name, so each
// character that is known comes with its syllable. With them a name that was just entered here is found by its sound,
// before the gateway has spelled it. No dictionary is needed, and what nobody has entered before stays as it is.

/** @typedef {import("./types.js").Line} Line */

const HAN = /^\p{Script=Han}+$/u;
const RUNS = /\p{Script=Han}+/gu;
const LETTERS = /^[a-z]+$/;
/** What a syllable may look like; its first letter is known. */
const SYLLABLE = /^(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouv]{1,3}(?:ng|n|r)?$/;
const LONGEST = 6;
/** So many times one syllable settles how a character usually sounds. */
const OFTEN = 5;

/**
 * "changan" by "ca": chang, an. Null where it can be cut in no way, or in two.
 * @param {string} sound @param {string} initials @returns {string[] | null}
 */
export function syllables(sound, initials) {
  /** @type {string[][]} every way to cut what came before */
  let ways = [[]];
  for (let at = 0; at < initials.length; at += 1) {
    ways = ways.flatMap((way) => {
      const rest = sound.slice(way.join("").length);
      const cuts = [];
      for (let size = 1; size <= Math.min(LONGEST, rest.length); size += 1) {
        const next = rest[size] ?? "";
        const fits = rest[0] === initials[at] && next === (initials[at + 1] ?? "");
        if (fits && SYLLABLE.test(rest.slice(0, size))) cuts.push([...way, rest.slice(0, size)]);
      }
      return cuts;
    });
    if (ways.length > 99) return null;
  }
  const [only, ...more] = ways.filter((way) => way.join("") === sound);
  return only && more.length === 0 ? only : null;
}

/** Names and how each sounds, as far as a line pairs them. @param {Line} line @returns {[string, string, string][]} */
function spelled({ line, own }) {
  if (own === undefined || own >= line.length) return [];
  const names = line.slice(0, own - 1).split("\n");
  const sounds = line.slice(own).split("\n");
  /** @type {[string, string, string][]} */
  const found = [];
  let from = 0;
  for (let at = 0; at + 1 < sounds.length; at += 1) {
    const [sound = "", initials = ""] = [sounds[at], sounds[at + 1]];
    if (!LETTERS.test(sound) || !LETTERS.test(initials) || sound.length <= initials.length) continue;
    const name = names.findIndex((one, index) => index >= from && HAN.test(one) && [...one].length === initials.length);
    if (name < 0) continue;
    found.push([names[name] ?? "", sound, initials]);
    from = name + 1;
    at += 1;
  }
  return found;
}

export class Ear {
  /** The usual syllable of each character that was asked for. @type {Map<string, string>} */
  #known = new Map();

  /**
   * Hear these characters in the lines, until each has been heard often enough.
   * @param {Set<string>} signs @param {Iterable<Line>} lines
   */
  #listen(signs, lines) {
    /** @type {Map<string, Map<string, number>>} */
    const heard = new Map([...signs].map((sign) => [sign, new Map()]));
    for (const line of lines) {
      if (![...signs].some((sign) => line.line.includes(sign))) continue;
      for (const [name, sound, initials] of spelled(line)) {
        const cut = syllables(sound, initials) ?? [];
        [...name].forEach((sign, at) => {
          const counts = heard.get(sign);
          if (cut[at] && counts?.set(cut[at], (counts.get(cut[at]) ?? 0) + 1).get(cut[at]) === OFTEN)
            signs.delete(sign);
        });
      }
      if (!signs.size) break;
    }
    for (const [sign, counts] of heard) {
      const [usual] = [...counts].sort(([, a], [, b]) => b - a);
      if (usual) this.#known.set(sign, usual[0]);
    }
  }

  /**
   * Sound and initials of what is Chinese in a line's own words, a line each; a character that stands nowhere ends a run.
   * @param {string} words @param {Iterable<Line>} lines
   */
  sounds(words, lines) {
    const runs = words.match(RUNS) ?? [];
    const fresh = new Set(runs.flatMap((run) => [...run]).filter((sign) => !this.#known.has(sign)));
    if (fresh.size) this.#listen(fresh, lines);
    const pieces = runs.flatMap((run) =>
      [...run]
        .map((sign) => this.#known.get(sign) ?? " ")
        .join("\n")
        .split(" "),
    );
    const found = new Set();
    for (const cut of pieces.map((piece) => piece.split("\n").filter(Boolean))) {
      if (cut.length > 1) found.add(cut.join("")).add(cut.map((one) => one[0]).join(""));
    }
    return [...found].join("\n");
  }
}
