import { colourOf } from './colourOf';
import { element, round } from './element';

/** A rectangle in pixels, and the position of its value in the colour map, in [0, 1]. */
export interface Cell {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly share: number;
}

/**
 * Draws rectangles in the colours of the colour map. Neighbours of one colour in a row are joined, and all
 * rectangles of one colour form one path, which keeps the file small.
 */
export function drawCells(cells: readonly Cell[]): string[] {
  const paths = new Map<string, string[]>();
  for (const { left, top, right, bottom, share } of joined(cells)) {
    const colour = colourOf(share);
    if (!paths.has(colour)) paths.set(colour, []);
    const x = round(left);
    paths.get(colour)!.push(`M${x} ${round(top)}H${round(right)}V${round(bottom)}H${x}z`);
  }
  return [...paths].map(([fill, parts]) =>
    element('path', { d: parts.join(''), fill, 'shape-rendering': 'crispEdges' }),
  );
}

function joined(cells: readonly Cell[]): Cell[] {
  const runs: Cell[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    const goesOn = last?.share === cell.share && last.right === cell.left && last.top === cell.top;
    if (goesOn) runs[runs.length - 1] = { ...last, right: cell.right };
    else runs.push(cell);
  }
  return runs;
}
