// The application identifiers of GS1 and what may stand behind each (GS1 General Specifications, section 3.2): the
// lengths of those without a separator follow from it.

const X = '[!%-?A-Z_a-z"]';
const WRITTEN = `(?:${X}|%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2})`;
const DATE = "\\d\\d(?:0\\d|1[0-2])(?:[0-2]\\d|3[01])";
const HOUR = "(?:[01]\\d|2[0-3])";
const MINUTE = "[0-5]\\d";

/** @param {number} most @param {number} [least] */
const text = (most, least = 1) => `${X}{${least},${most}}`;
/** @param {number} most */
const written = (most) => `${WRITTEN}{1,${most}}`;
/** @param {number} most @param {number} [least] */
const digits = (most, least = most) => `\\d{${least},${most}}`;

/** Identifiers, as patterns, and what stands behind them. @type {[string, string][]} */
const FORMS = [
  ["00|8017|8018", digits(18)],
  ["0[123]", digits(14)],
  ["10|2[12]|243|254|420|4318|702[012]|71[0-7]|7240|8002|8012", text(20)],
  ["1[1235-7]", DATE],
  ["20|7241", digits(2)],
  ["235", text(28)],
  ["24[01]|25[01]|40[013]|4308|4319|7002|7023|8004|90", text(30)],
  ["242", digits(6, 1)],
  ["253", digits(13) + text(17, 0)],
  ["255", digits(13) + digits(12, 0)],
  ["30", digits(8, 0)],
  ["3(?:1[0-6]|2\\d|3[0-7]|4\\d|5[0-7]|6\\d|95)[0-5]|4326|7006|8005", digits(6)],
  ["37", digits(8, 1)],
  ["39[02]\\d", digits(15, 1)],
  ["39[13]\\d", digits(3) + digits(15, 1)],
  ["394[0-3]|8111", digits(4)],
  ["402", digits(17)],
  ["41[0-7]|7001", digits(13)],
  ["421", digits(3) + text(9)],
  ["42[246]", digits(3)],
  ["42[35]", "(?:\\d{3}){1,5}"],
  ["427|7008", text(3)],
  ["430[01]|431[01]|4320", written(35)],
  ["430[2-6]|431[2-6]|7257", written(70)],
  ["4307|4317", "[A-Z0-9]{2}"],
  ["4309", digits(20)],
  ["432[123]", "[01]"],
  ["432[45]|7003", digits(10)],
  ["433[0-3]", "\\d{6}-?"],
  ["7004", digits(4, 0)],
  ["7005", text(12)],
  ["7007", "\\d{6}(?:\\d{6})?"],
  ["7009", text(10)],
  ["7010", text(2)],
  ["7011", "\\d{6}(?:\\d{4})?"],
  ["703\\d", digits(3) + text(27)],
  ["7040", `\\d${X}{3}`],
  ["7041", text(4)],
  ["723\\d", text(30, 3)],
  ["7242|801[34]|8020", text(25)],
  ["7250", `\\d\\d${DATE}`],
  ["7251", `\\d\\d${DATE}${HOUR}${MINUTE}`],
  ["7252", "\\d"],
  ["725[349]", written(40)],
  ["7255", written(10)],
  ["7256", written(90)],
  ["7258", "\\d/\\d"],
  ["8001", digits(14)],
  ["8003", `0${digits(13)}${text(16, 0)}`],
  ["80[02]6", digits(18)],
  ["8007", text(34)],
  ["8008", `${DATE}${HOUR}(?:${MINUTE}(?:${MINUTE})?)?`],
  ["8009", text(50)],
  ["8010", "[A-Z0-9/#-]{5,30}"],
  ["8011", digits(12, 1)],
  ["8019", digits(10, 1)],
  ["8030", "[0-9A-Za-z_-]{1,90}"],
  ["804[01]", digits(15)],
  ["8042", digits(32)],
  ["8043", digits(20, 18)],
  ["811[02]|8200", text(70)],
  ["9[1-9]", text(90)],
];

const ALL = FORMS.map(([names, value]) => ({ name: new RegExp(`^(?:${names})`), value: new RegExp(`^(?:${value})`) }));

/**
 * The identifier that a text begins with, and the form of its value; null for none.
 * @param {string} text
 * @returns {{name: string, value: RegExp} | null}
 */
export function identifierOf(text) {
  for (const { name, value } of ALL) {
    const found = name.exec(text);
    if (found) return { name: found[0], value };
  }
  return null;
}
