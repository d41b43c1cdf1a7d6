// Style sheets of screens that are read later come with them, not with the first paint.

/**
 * @param {string} name  of a sheet in static/css_later
 * @returns {Promise<void>} once it is in force; a screen without it looks plain and works
 */
export function styled(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `/static/css_later/${name}.css`;
  return new Promise((resolve) => {
    link.onload = () => resolve();
    link.onerror = () => resolve();
    document.head.append(link);
  });
}
