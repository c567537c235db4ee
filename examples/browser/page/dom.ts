import { visible } from './visible';

/** The element with this id. Throws unless it is of this kind. */
export function find<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} '${id}'`);
  return element;
}

/** A new element with this text or these children. Characters that would be invisible are shown by their numbers. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...children.map(shown));
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
  element.append(...children.map(shown));
  return element;
}

/** Enables or disables a button. Unlike `disabled`, this keeps the keyboard focus. */
export function setPressable(button: HTMLButtonElement, isPressable: boolean): void {
  button.setAttribute('aria-disabled', String(!isPressable));
}

/** Calls `work` when the button is pressed while it is enabled. */
export function onPress(button: HTMLButtonElement, work: () => void): void {
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') work();
  });
}

/** Sets the text of an element. Characters that would be invisible are shown by their numbers. */
export function setText(element: Element, text: string): void {
  const content = visible(text);
  // Screen readers would announce the same text again.
  if (element.textContent !== content) element.textContent = content;
}

/** Shows text in a paragraph. An empty text hides the paragraph. */
export function showText(paragraph: HTMLElement, text: string): void {
  setText(paragraph, text);
  paragraph.hidden = text === '';
}

/** Calls `draw` with the width of the element in pixels, once it is known and whenever it changes. */
export function onWidth(element: HTMLElement, draw: (width: number) => void): void {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === last) return;
    last = width;
    // Deferred: drawing may change the height, which the observer would report as an error.
    requestAnimationFrame(() => draw(width));
  }).observe(element);
}

function shown(child: Node | string): Node | string {
  return typeof child === 'string' ? visible(child) : child;
}
