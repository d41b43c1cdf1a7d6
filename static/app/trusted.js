// No script is started by an address but our workers (Trusted Types).
const OURS = /^\/(sw|static\/app\/([a-z_]+\/)?[a-z_]+\.worker)\.js$/;

/** @param {string} address @throws {TypeError} */
export function ours(address) {
  const { origin, pathname } = new URL(address, location.href);
  if (origin === location.origin && OURS.test(pathname)) return address;
  throw new TypeError(address);
}

const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("waystation", { createScriptURL: ours });

/** The address of a script, as the browser takes it. @param {string} address @returns {string} */
export const script = (address) => policy?.createScriptURL(address) ?? address;

/** @param {string} name */
export const start = (name) => new Worker(script(`/static/app/${name}.worker.js`), { type: "module" });
