/** Making and changing elements. */

export function element(tag: string, className: string, parent: Element, role = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (role) made.setAttribute("role", role);
  parent.append(made);
  return made;
}

/** Changes an attribute only where it differs. */
export function put(target: Element, attribute: string, value: string): void {
  if (target.getAttribute(attribute) !== value) target.setAttribute(attribute, value);
}
