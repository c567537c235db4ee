import {
  abs,
  concat,
  div,
  matMul,
  max,
  maximum,
  mul,
  sign,
  sqrt,
  square,
  sum,
  type Tensor2D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { readAndDispose } from '../../runtime';
import type { PartlyMapped } from '../units/producerRows';
import { withProducerRows } from '../units/withProducerRows';

/**
 * The cosine of the weights that produce each unit of a group, over the units of all networks, `[Σn × Σn]`. Weights
 * are compared by the zipped units that they read: those that read members of one unit are added. For two networks,
 * weights count that read zipped units of both. Weights that read units of a group that is not zipped yet are left
 * out, and so are parameters of batch normalisations.
 */
export async function rowSimilarity(
  group: string,
  networks: readonly PartlyMapped[],
  yieldPoint: () => Promise<void>,
): Promise<Float64Array> {
  return withProducerRows(group, networks, yieldPoint, async (rows) => {
    const cosines = tidy(() =>
      concat(
        rows.map((x) =>
          concat(
            rows.map((y) => matMul(unitRows(x, y), transpose(unitRows(y, x)))),
            1,
          ),
        ),
        0,
      ),
    );
    return Float64Array.from(await readAndDispose(cosines));
  });
}

/** Rows of length 1, without the columns that are 0 in all rows of the other network. */
function unitRows(rows: Tensor2D, other: Tensor2D): Tensor2D {
  const shared = sign(max(abs(other), 0, true));
  const own = mul(rows, shared);
  return div(own, maximum(sqrt(sum(square(own), 1, true)), 1e-30));
}
