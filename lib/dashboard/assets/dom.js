/**
 * The element of an id; throws where there is none.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`nothing is called ${id}`);
  return /** @type {E} */ (found);
}

/**
 * A new element. Text is text: nothing here is ever read as HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/**
 * Changes text only where it is another: a write costs a layout, even of the same.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Rows of a list that are used again and again, so that what has the focus keeps it.
 * @template T
 * @param {HTMLElement} list
 * @param {readonly T[]} items
 * @param {() => HTMLElement} make
 * @param {(row: HTMLElement, item: T) => void} fill
 */
export function fillRows(list, items, make, fill) {
  while (list.children.length > items.length) list.lastElementChild?.remove();
  while (list.children.length < items.length) list.append(make());
  items.forEach((item, i) => {
    fill(/** @type {HTMLElement} */ (list.children[i]), item);
  });
}

/**
 * @param {string} name
 * @returns {string}
 */
export function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
