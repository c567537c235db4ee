/** The element of the page with this id, which must be of this kind. */
export function find<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} '${id}'`);
  return element;
}

/** A new element with this text or these children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** A new element of an SVG image. */
export function makeSvg(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: (Node | string)[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Lets a button be pressed or not. It keeps the keyboard's focus meanwhile, which a disabled one would
 * lose.
 */
export function setPressable(button: HTMLButtonElement, isPressable: boolean): void {
  button.setAttribute('aria-disabled', String(!isPressable));
}

/** Calls `work` when the button is pressed while it can be. */
export function onPress(button: HTMLButtonElement, work: () => void): void {
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') work();
  });
}

/** Shows this text in a paragraph that is hidden while there is none. */
export function showText(paragraph: HTMLElement, text: string): void {
  paragraph.textContent = text;
  paragraph.hidden = text === '';
}

/** Calls `draw` with the width of the element in pixels, soon and whenever it changes. */
export function onWidth(element: HTMLElement, draw: (width: number) => void): void {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === last) return;
    last = width;
    // Not at once: what is drawn may change the height, which the observer would report as an error.
    requestAnimationFrame(() => draw(width));
  }).observe(element);
}
