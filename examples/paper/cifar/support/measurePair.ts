import * as tf from '@tensorflow/tfjs-core';
import {
  type BarrierReport,
  barrier,
  type Evaluate,
  type Params,
  type PlainPermutations,
  permutationsFrom,
  permute,
} from 'perm-lmc';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { keptValue } from '../../support/cells';
import type { CifarStudy } from '../../support/cifarStudy';
import { innerProduct } from '../../support/innerProduct';
import { plainPermutations } from '../../support/plainPermutations';
import type { PairMatch, PairToMatch } from './pairMatches';
import { repairedEvaluator } from './repairedEvaluator';
import type { PairMetric } from './splitEvaluator';

/** A pair of networks, the ways to match them, and what is measured of each. */
export interface PairMeasurement {
  /** The name of the pair in the report and the tables. */
  readonly title: string;
  readonly network: LayerNormNetwork;
  readonly pair: PairToMatch;
  readonly matches: Readonly<Record<string, PairMatch>>;
  /** The matches that are also measured after a repair. */
  readonly repaired: readonly string[];
  readonly evaluate: Evaluate<PairMetric>;
  readonly points: number;
}

/** The permutations of a pair by one match, their S, and the barriers with them. */
export interface PairRow {
  readonly permutations: PlainPermutations;
  readonly objective: number;
  readonly barrier: BarrierReport<PairMetric>;
}

/** The rows of a pair by the name of the match, with ` + repair` where it was repaired. */
export interface PairReport {
  readonly title: string;
  readonly rows: Readonly<Record<string, PairRow>>;
}

/** Matches a pair in every way and measures the barriers. What is finished is kept in the cells of the study. */
export async function measurePair(
  measurement: PairMeasurement,
  study: Pick<CifarStudy, 'cells' | 'say'>,
): Promise<PairReport> {
  const { title, pair, matches, repaired } = measurement;
  const { networks, indices } = pair;
  const [a, b] = indices.map((index) => networks[index]);
  const kept = <Value>(kind: string, name: string, make: () => Promise<Value>) =>
    keptValue(study.cells<Value>(kind), `${title}, ${name}`, async () => {
      study.say(`${title}, ${name}: ${kind}`);
      return make();
    });
  const rows: Record<string, PairRow> = {};
  for (const [name, match] of Object.entries(matches)) {
    const found = await kept('match', name, () => matched(pair, match));
    const aligned = permute(pair.spec, b, permutationsFrom(found.permutations));
    const measured = () => barrierOf(measurement, [a, aligned]);
    rows[name] = { ...found, barrier: await kept('barrier', name, measured) };
    if (repaired.includes(name)) {
      const again = `${name} + repair`;
      const mended = () => repairedBarrier(measurement, [a, aligned]);
      rows[again] = { ...found, barrier: await kept('barrier', again, mended) };
    }
    tf.dispose(aligned);
  }
  return { title, rows };
}

async function matched(
  pair: PairToMatch,
  match: PairMatch,
): Promise<Pick<PairRow, 'permutations' | 'objective'>> {
  const { spec, networks, indices } = pair;
  const [a, b] = indices.map((index) => networks[index]);
  const permutations = await match(pair);
  const aligned = permute(spec, b, permutations);
  const objective = await innerProduct(a, aligned);
  tf.dispose(aligned);
  return { permutations: plainPermutations(permutations), objective };
}

function barrierOf(
  { evaluate, points }: Pick<PairMeasurement, 'evaluate' | 'points'>,
  [a, b]: readonly Params[],
): Promise<BarrierReport<PairMetric>> {
  return barrier(a, b, evaluate, { points });
}

async function repairedBarrier(
  { network, evaluate, points, pair: { images } }: PairMeasurement,
  parents: readonly Params[],
): Promise<BarrierReport<PairMetric>> {
  const repaired = repairedEvaluator(evaluate, { network, parents, images });
  try {
    return await barrierOf({ evaluate: repaired.evaluate, points }, parents);
  } finally {
    repaired.dispose();
  }
}
