// One open form drawn from a kind's declaration: what stands in it, what is wrong with it, and what of that may be said
// yet. Nobody is corrected before having typed; once somebody tried to save, everything is said at once.
import { useMemo, useRef, useState } from "preact/hooks";
import { today } from "../../app/format.js";
import { startingValues } from "../../app/forms/begin.js";
import { findingsIn, sameValue } from "../../app/forms/findings.js";
import { applies, isEmpty, toData, toValues, valueAt, withValue } from "../../app/forms/values.js";
import { formFields } from "../../app/kinds.js";
import { findingsOf } from "../../app/operations.js";
import { exponent } from "../format.js";
import { keyOf, sentence } from "./findings.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Gateway} Gateway */
/** @typedef {import("../../app/types.js").Data} Data */
/** @typedef {import("../../app/types.js").Finding} Finding */
/** @typedef {import("../../app/types.js").Value} Value */
/** @typedef {import("../../app/types.js").Values} Values */
/** @typedef {import("../../app/forms/begin.js").Place} Place */
/** @typedef {{kind: Kind, gateway: Gateway, base?: Data | undefined, kept?: Values | undefined, onValues?: (values: Values) => void}} Opened
 *   base: of an edit, the record as it was opened; kept: what was typed before; onValues: after every change */
/** @typedef {ReturnType<typeof useSheet>} Sheet */

/** @param {Opened} opened @returns {import("../../app/forms/findings.js").Form} */
function formOf({ kind, gateway, base }) {
  const { country, currency } = gateway;
  const context = { exponent: exponent(currency), currency, country, today: today() };
  const fields = formFields(kind);
  const initial = base ? toValues(fields, base, context) : startingWith(fields, gateway);
  return { rules: kind.rules, fields, initial, edits: base !== undefined, context };
}

/** What a new record, or a new element of a group, starts with. @param {readonly Field[]} fields @param {Gateway} gateway */
export function startingWith(fields, gateway) {
  const place = /** @type {Place} */ (/** @type {unknown} */ ({ gateway, exponent: exponent(gateway.currency) }));
  return startingValues(fields, place);
}

/** @param {import("../api.js").Problem} problem @returns {Finding[]} */
const objectionsOf = ({ code, message, pointer, errors }) => findingsOf({ code, detail: message, pointer, errors });

/** @param {Opened} opened */
export function useSheet(opened) {
  const form = useMemo(() => formOf(opened), [opened.kind, opened.base]);
  const newest = useRef(opened.kept ?? form.initial);
  const [values, setValues] = useState(newest.current);
  const [judged, setJudged] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [objections, setObjections] = useState(/** @type {Finding[]} */ ([]));
  const findings = useMemo(() => findingsIn(form, values), [form, values]);
  const { kind, gateway, base, onValues } = opened;

  /** @param {Values} next */
  function put(next) {
    newest.current = next;
    setValues(next);
    onValues?.(next);
  }

  return {
    kind,
    currency: gateway.currency,
    values,
    findings,
    objections,
    touched: !sameValue(values, form.initial),
    /** @param {readonly string[]} path */
    get: (path) => valueAt(values, [...path]),
    /** @param {readonly string[]} path @param {Value | undefined} value  undefined removes an element */
    set(path, value) {
      put(withValue(newest.current, [...path], value));
      setObjections((old) => old.filter((one) => !keyOf(one.path).startsWith(keyOf(path))));
    },
    /** The person has left a field: from now on it may be judged. @param {readonly string[]} path */
    leave(path) {
      if (!isEmpty(valueAt(newest.current, [...path]))) setJudged((old) => new Set([...old, keyOf(path)]));
    },
    /** Say everything that is wrong. @returns {Finding[]} */
    judge() {
      const found = findingsIn(form, newest.current);
      setJudged(new Set(found.map(({ path }) => keyOf(path))));
      return found;
    },
    /** Take in the gateway's objections, each at its field. @param {import("../api.js").Problem} problem @returns {Finding[]} */
    object(problem) {
      const found = objectionsOf(problem);
      setObjections(found);
      return found;
    },
    /** What is to be said at a place. @param {readonly string[]} path @returns {string | undefined} */
    wrong(path) {
      const key = keyOf(path);
      const shown = judged.has(key) ? findings : [];
      const found = [...objections, ...shown].find((one) => keyOf(one.path) === key);
      return found && sentence(found);
    },
    /** The fields of a place that go with what is chosen. @param {readonly Field[]} fields @param {readonly string[]} path */
    asked: (fields, path) =>
      fields.filter((field) => applies(field, /** @type {any} */ (valueAt(values, [...path])) ?? {}, values)),
    /** @param {readonly Field[]} fields */
    starting: (fields) => startingWith(fields, gateway),
    /** The whole record as the form leaves it. @returns {Data} */
    data: () => toData(formFields(kind), newest.current, base ?? {}, form.context),
    startOver() {
      put(form.initial);
      setJudged(new Set());
      setObjections([]);
    },
  };
}
