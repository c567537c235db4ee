import { find, makeSvg, onPress, showText } from './dom';

const WIDTH = 320;
const HEIGHT = 230;
const INPUTS = 4;
const OUTPUTS = 3;
const HIDDEN = 5;
const LAYERS_X = [34, 160, 286];

/** A small network whose hidden units can be reordered together with their wires. */
export function setUpSymmetryFigure(): void {
  const image = makeSvg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': 'A network of four inputs, five hidden units and three outputs, all wired.',
  });
  const units = Array.from({ length: HIDDEN }, (_, unit) => hiddenUnit(unit));
  image.append(...units.map(({ wires }) => wires));
  for (let i = 0; i < INPUTS; i++) image.append(node(LAYERS_X[0], heightOf(i, INPUTS)));
  for (let i = 0; i < OUTPUTS; i++) image.append(node(LAYERS_X[2], heightOf(i, OUTPUTS)));
  image.append(...units.map(({ disc }) => disc));
  find('symmetry-figure', HTMLElement).append(image);

  let places = units.map((_, place) => place);
  const moveAll = (heights: readonly number[]) => {
    for (const [unit, { moveTo }] of units.entries()) moveTo(heights[unit]);
  };
  const heights = () => places.map((place) => heightOf(place, HIDDEN));
  moveAll(heights());

  onPress(find('reorder', HTMLButtonElement), () => {
    const from = heights();
    places = reordered(places);
    animate(from, heights(), moveAll);
    const order = places.map((_, place) => 'abcde'[places.indexOf(place)]).join(' ');
    showText(
      find('reorder-note', HTMLElement),
      `The units are now in the order ${order}. Every wire still joins the same two units with the same weight, so the function is the same.`,
    );
  });
}

/** A random reordering of the places that differs from the current one. */
function reordered(places: readonly number[]): number[] {
  const next = [...places];
  do {
    for (let i = next.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [next[i], next[j]] = [next[j], next[i]];
    }
  } while (next.every((place, unit) => place === places[unit]));
  return next;
}

function hiddenUnit(unit: number) {
  const ends = [
    ...Array.from({ length: INPUTS }, (_, i) => [LAYERS_X[0], heightOf(i, INPUTS)]),
    ...Array.from({ length: OUTPUTS }, (_, i) => [LAYERS_X[2], heightOf(i, OUTPUTS)]),
  ];
  const lines = ends.map(([x, y], i) =>
    makeSvg('line', {
      x1: x,
      y1: y,
      x2: LAYERS_X[1],
      // Weights differ: thick and thin wires, always the same for the same unit.
      'stroke-width': 0.8 + 1.1 * ((3 * i + 5 * unit) % 4),
    }),
  );
  const wires = makeSvg('g', { class: `wires unit-${unit}` }, ...lines);
  const disc = makeSvg(
    'g',
    { class: `unit unit-${unit}` },
    makeSvg('circle', { r: 14 }),
    makeSvg('text', { 'text-anchor': 'middle', y: 5 }, 'abcde'[unit]),
  );
  const moveTo = (y: number) => {
    disc.setAttribute('transform', `translate(${LAYERS_X[1]} ${y})`);
    for (const line of lines) line.setAttribute('y2', String(y));
  };
  return { wires, disc, moveTo };
}

function node(x: number, y: number): SVGElement {
  return makeSvg('circle', { class: 'node', cx: x, cy: y, r: 9 });
}

function heightOf(place: number, of: number): number {
  return HEIGHT / 2 + (place - (of - 1) / 2) * 44;
}

/** Moves heights within half a second, or at once if the visitor prefers reduced motion. */
function animate(
  from: readonly number[],
  to: readonly number[],
  move: (heights: readonly number[]) => void,
): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    move(to);
    return;
  }
  const began = performance.now();
  const frame = (now: number) => {
    const t = Math.min(1, Math.max(0, (now - began) / 500));
    const eased = t * t * (3 - 2 * t);
    move(from.map((height, i) => height + eased * (to[i] - height)));
    if (t < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
