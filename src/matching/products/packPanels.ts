import type { UnitRows } from './unitRows';

/** How many rows a panel of the left factor holds, and one of the right. */
export const PANEL = { left: 4, right: 8 } as const;

/**
 * Writes columns `from` … `to` − 1 of all rows into panels: `width` rows side by side, the values of
 * each k next to each other, the last panel filled up with rows of zeros. Gathering the permuted
 * values costs nothing more here than copying them.
 */
export function packPanels(
  target: Float32Array,
  rows: UnitRows,
  width: number,
  from: number,
  to: number,
): void {
  const depth = to - from;
  for (let unit = 0, at = 0; unit < rows.units; unit += width, at += width * depth) {
    const panel = target.subarray(at, at + width * depth);
    if (unit + width > rows.units) panel.fill(0);
    packPanel(panel, rows, unit, width, from, to);
  }
}

/** One panel; a stretch of columns belongs to one copy of the units. */
function packPanel(
  panel: Float32Array,
  { values, units, copies, first, rest }: UnitRows,
  unit: number,
  width: number,
  from: number,
  to: number,
): void {
  const lanes = Math.min(width, units - unit);
  const starts = new Int32Array(lanes);
  const length = rest.offsets.length;
  for (let k = from; k < to; ) {
    const copy = Math.floor(k / length);
    const end = Math.min(to, (copy + 1) * length);
    for (let lane = 0; lane < lanes; lane++) {
      starts[lane] = first.offsets[(unit + lane) * copies + copy];
    }
    const stretch = panel.subarray((k - from) * width, (end - from) * width);
    gatherLanes(stretch, values, starts, rest.offsets.subarray(k - copy * length), width);
    if (first.factors)
      scaleLanes(stretch, first.factors, unit * copies + copy, copies, lanes, width);
    if (rest.factors) scaleColumns(stretch, rest.factors.subarray(k - copy * length), width);
    k = end;
  }
}

/** target[k · width + lane] = values[starts[lane] + offsets[k]]. */
function gatherLanes(
  target: Float32Array,
  values: Float32Array,
  starts: Int32Array,
  offsets: Int32Array,
  width: number,
): void {
  const depth = target.length / width;
  let lane = 0;
  // Four at a time: units that lie side by side are read together, from the same cache line.
  for (; lane + 4 <= starts.length; lane += 4) {
    const start0 = starts[lane];
    const start1 = starts[lane + 1];
    const start2 = starts[lane + 2];
    const start3 = starts[lane + 3];
    for (let k = 0, at = lane; k < depth; k++, at += width) {
      const offset = offsets[k];
      target[at] = values[start0 + offset];
      target[at + 1] = values[start1 + offset];
      target[at + 2] = values[start2 + offset];
      target[at + 3] = values[start3 + offset];
    }
  }
  for (; lane < starts.length; lane++) {
    const start = starts[lane];
    for (let k = 0; k < depth; k++) target[k * width + lane] = values[start + offsets[k]];
  }
}

/** Multiplies each lane by its factor; the first lane's is at `from`, the others' `step` apart. */
function scaleLanes(
  target: Float32Array,
  factors: Float32Array,
  from: number,
  step: number,
  lanes: number,
  width: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    const factor = factors[from + lane * step];
    for (let at = lane; at < target.length; at += width) target[at] *= factor;
  }
}

function scaleColumns(target: Float32Array, factors: Float32Array, width: number): void {
  for (let at = 0; at < target.length; at++) target[at] *= factors[Math.floor(at / width)];
}
