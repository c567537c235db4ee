import type { TracedCall } from '../tracing/internal';
import type { RepairLayer } from './repairLayer';

/**
 * The layers in an order in which they can be repaired: layers of one level depend on earlier levels only. A layer
 * that is used several times has the level of its first use.
 */
export function levelsOf(
  calls: readonly TracedCall[],
  layers: readonly RepairLayer[],
): RepairLayer[][] {
  const depths: number[] = [];
  const atCall = new Set(layers.flatMap(({ taps }) => taps.map(({ call }) => call)));
  /** The largest number of layers on a path to the inputs of each call. */
  const before = calls.map(({ index, inputs }) => {
    const depth = Object.values(inputs).reduce(
      (most, source) => (source.kind === 'call' ? Math.max(most, depths[source.call]) : most),
      0,
    );
    depths.push(depth + (atCall.has(index) ? 1 : 0));
    return depth;
  });
  const levels: RepairLayer[][] = [];
  for (const layer of layers) {
    const level = Math.min(...layer.taps.map(({ call }) => before[call]));
    levels[level] ??= [];
    levels[level].push(layer);
  }
  return levels.filter((level) => level !== undefined);
}
