// Elements made in one line. Only properties and text nodes: what comes from files is never taken for markup.

/**
 * Return the element of the page with this id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, any>} [properties] names with a dash, and role, become attributes
 * @param {...(Node|string)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

/**
 * Hand a blob to the browser to save.
 * @param {Blob} blob
 * @param {string} name of the file
 */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  // Not at once: the browser fetches the address after this task.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
