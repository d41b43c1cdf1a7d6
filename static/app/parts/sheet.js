// Style sheets of screens that are read later come with them, not with the first paint.

/** What has been asked for. @type {Map<string, Promise<void>>} */
const asked = new Map();

/** @param {string} name @returns {Promise<void>} */
function brought(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `/static/css_later/${name}.css`;
  return new Promise((resolve) => {
    link.onload = () => resolve();
    link.onerror = () => resolve();
    document.head.append(link);
  });
}

/**
 * @param {string} name  of a sheet in static/css_later
 * @returns {Promise<void>} once it is in force; a screen without it looks plain and works
 */
export function styled(name) {
  const sheet = asked.get(name) ?? brought(name);
  asked.set(name, sheet);
  return sheet;
}
