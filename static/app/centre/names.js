// What an entry is called in the sync centre.
import { t } from "../i18n.js";

/** @typedef {import("../types.js").Operation} Operation */

/** @param {Operation} op */
export const titleOf = (op) => op.title || t("customer.unnamed");

/** @param {Operation} op */
export const numberOf = (op) => op.number ?? op.reference;
