import { make, makeSvg } from './dom';

/** A point of the triangle: the weights of its three corners, and a value. */
export interface TrianglePoint {
  readonly weights: readonly number[];
  readonly value: number;
}

/** The content of a {@link triangleChart}. */
export interface TriangleContent {
  readonly points: readonly TrianglePoint[];
  /** The value of the strongest colour. */
  readonly highest: number;
  readonly description: string;
}

const WIDTH = 320;
const HEIGHT = 290;
const CORNERS = [
  [160, 26],
  [26, 258],
  [294, 258],
] as const;

/**
 * A heat map on the triangle of three networks.
 *
 * @param name - The name of the triangle, for screen readers.
 * @param resolution - The number of steps along an edge.
 * @returns A function that draws new content.
 */
export function triangleChart(
  host: HTMLElement,
  name: string,
  resolution: number,
): (content: TriangleContent) => void {
  const image = makeSvg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    class: 'triangle',
  });
  const clip = `${host.id}-clip`;
  const outline = `M${CORNERS.map((corner) => corner.join(' ')).join('L')}Z`;
  const defs = makeSvg('clipPath', { id: clip }, makeSvg('path', { d: outline }));
  const cells = makeSvg('g', { 'clip-path': `url(#${clip})` });
  image.append(
    defs,
    makeSvg('path', { class: 'empty', d: outline }),
    cells,
    makeSvg('path', { class: 'outline', d: outline }),
    corner('A', 160, 16, 'network-a'),
    corner('B', 12, 272, 'network-b'),
    corner('C', 308, 272, 'network-c'),
  );
  const highest = make('p', 'highest');
  host.append(image, highest);

  return ({ points, highest: top, description }) => {
    image.setAttribute('aria-label', `${name}: ${description}`);
    highest.textContent = description;
    cells.replaceChildren(
      ...points.map(({ weights, value }) => {
        const cell = makeSvg('path', { d: hexagon(weights, resolution) });
        const share = top > 0 ? Math.min(1, Math.max(0, value / top)) : 0;
        cell.style.fill = `color-mix(in oklab, var(--heat-high) ${(100 * share).toFixed(1)}%, var(--heat-low))`;
        cell.style.stroke = cell.style.fill;
        return cell;
      }),
    );
  };
}

function corner(name: string, x: number, y: number, className: string): SVGElement {
  return makeSvg('text', { x, y, class: `corner ${className}`, 'text-anchor': 'middle' }, name);
}

/** The cell around a point: the area that is nearer to it than to other points of the grid. */
function hexagon(weights: readonly number[], resolution: number): string {
  const [x, y] = [0, 1].map((axis) =>
    weights.reduce((sum, weight, i) => sum + weight * CORNERS[i][axis], 0),
  );
  const radius = (CORNERS[2][0] - CORNERS[1][0]) / resolution / Math.sqrt(3);
  const points = Array.from({ length: 6 }, (_, i) => {
    const angle = (Math.PI / 3) * i + Math.PI / 6;
    return `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${points.join('L')}Z`;
}
