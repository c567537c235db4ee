import {
  add,
  concat,
  gather,
  maximum,
  minimum,
  mul,
  reshape,
  scatterND,
  type Tensor,
  tensor1d,
  tensorScatterUpdate,
} from '@tensorflow/tfjs-core';
import { type Call, unsupported } from '../operator';
import { cut } from './pickAlong';
import type { Places } from './places';

/** How updates combine with what is there. */
export type Reduction = keyof typeof reductions;

/** The functions of each reduction of ONNX. */
export const reductions = {
  none: { onHost: (_: number, update: number) => update, onTensors: (_: Tensor, b: Tensor) => b },
  add: { onHost: (x: number, update: number) => x + update, onTensors: add },
  mul: { onHost: (x: number, update: number) => x * update, onTensors: mul },
  max: { onHost: Math.max, onTensors: maximum },
  min: { onHost: Math.min, onTensors: minimum },
};

/**
 * The table with updates in some of its rows. Of several updates of one row the last one counts, or all of them if
 * there is a reduction.
 *
 * @param table - The rows, along axis 0.
 * @param updates - The updates [count, …].
 */
export function scatterRows(
  call: Call,
  table: Tensor,
  places: Places,
  updates: Tensor,
  reduction: Reduction,
): Tensor {
  if (updates.shape[0] === 0) return table;
  if (reduction === 'add') {
    return add(table, scatterND(columnOf(places), updates, table.shape));
  }
  if (Array.isArray(places)) {
    return reduction === 'none'
      ? replaced(table, ...lastOf(places, updates))
      : combined(table, places, updates, reductions[reduction].onTensors);
  }
  if (reduction === 'none') return tensorScatterUpdate(table, columnOf(places), updates);
  throw unsupported(
    call,
    `the reduction '${reduction}' at positions that depend on the input`,
    'Export the model with fixed positions',
  );
}

/** The last update of each row. */
function lastOf(places: readonly number[], updates: Tensor): [number[], Tensor] {
  const last = [...new Map(places.map((place, k) => [place, k]))];
  const kept = last.map(([place]) => place);
  if (kept.length === places.length) return [kept, updates];
  const picks = last.map(([, k]) => k);
  return [kept, gather(updates, tensor1d(picks, 'int32'))];
}

/** The table with other rows at different places. Rows in a row need no scatter. */
function replaced(table: Tensor, places: readonly number[], updates: Tensor): Tensor {
  const [first] = places;
  if (places.some((place, k) => place !== first + k)) {
    return tensorScatterUpdate(table, columnOf(places), updates);
  }
  const end = first + places.length;
  const parts = [cut(table, 0, 0, first), updates, cut(table, 0, end, table.shape[0] - end)].filter(
    ({ shape }) => shape[0] > 0,
  );
  return parts.length === 1 ? parts[0] : concat(parts, 0);
}

/** The table with updates combined into it, in rounds in which each row occurs once. */
function combined(
  table: Tensor,
  places: readonly number[],
  updates: Tensor,
  combine: (a: Tensor, b: Tensor) => Tensor,
): Tensor {
  let result = table;
  let rest = places.map((place, k) => ({ place, k }));
  while (rest.length > 0) {
    const round = [...new Map(rest.map((each) => [each.place, each])).values()];
    const rows = round.map(({ place }) => place);
    const given = gather(
      updates,
      tensor1d(
        round.map(({ k }) => k),
        'int32',
      ),
    );
    const before = gather(result, tensor1d(rows, 'int32'));
    result = replaced(result, rows, combine(before, given));
    rest = rest.filter((each) => !round.includes(each));
  }
  return result;
}

function columnOf(places: Places): Tensor {
  const list = Array.isArray(places) ? tensor1d(places, 'int32') : (places as Tensor);
  return reshape(list, [-1, 1]);
}
