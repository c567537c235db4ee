import * as tf from '@tensorflow/tfjs-core';
import {
  comparePermutations,
  type PermutationComparison,
  type Permutations,
  type PlainPermutations,
  type SimultaneousConnectivityReport,
  simultaneousConnectivity,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import type { CifarStudy } from '../cifarStudy';
import { alignWindows } from './alignWindows';
import { keptPermutations } from './keptPermutations';
import type { AtEnd } from './measureAtEnd';
import { type Hybrids, measureHybrids } from './measureHybrids';
import { nameOfWindow, type StepWindow } from './superAlign';
import { lastStep, type TrajectoryPair } from './trajectoryPair';

/** The measurements of a pair of training runs, plain data. */
export interface TrajectoryFindings {
  readonly name: string;
  readonly title: string;
  /** The step from which hybrids have their early layers. */
  readonly early: number;
  readonly report: SimultaneousConnectivityReport<'loss' | 'error'>;
  /** P_s against the P of the last step, at each step s: [steps]. */
  readonly comparisons: readonly Readonly<Record<string, PermutationComparison>>[];
  /** A second match of the last step, from another seed, against the first. */
  readonly control: Readonly<Record<string, PermutationComparison>>;
  readonly hybrids: Hybrids;
  /** Windows of checkpoints matched together, used at the last step. */
  readonly windows: readonly { readonly window: StepWindow; readonly atEnd: AtEnd }[];
}

/** The barrier that counts as none, in nats. */
const TOLERANCE = 0.05;

/** Plain coordinate descent from the identity, the matching of the paper. */
const DESCENT: WeightMatchOptions = { start: 'identity', method: 'coordinateDescent' };

/** Measures a pair of training runs. Everything is kept, so that an interrupted study continues. */
export async function measureTrajectories(
  study: CifarStudy,
  pair: TrajectoryPair,
): Promise<TrajectoryFindings> {
  const found = study.cells<PlainPermutations>(`${pair.name} last step`);
  const matchLast = (key: string, options: WeightMatchOptions) =>
    keptPermutations(found, key, () => matchLastStep(pair, options));
  const windows = await alignWindows(study, pair);
  const whole = windows.filter(({ last }) => last === pair.steps.length - 1);
  const report = await measureConnectivity(study, pair, {
    'plain descent': await matchLast('plain descent', DESCENT),
    ...Object.fromEntries(whole.map((window) => [nameOfWindow(window), window.permutations])),
  });
  const last = report.permutations[report.from];
  const second = await matchLast('second seed', { ...pair.matching, seed: 1 });
  return {
    ...{ name: pair.name, title: pair.title, early: pair.early, report },
    comparisons: report.permutations.map((each) => comparePermutations(each, last)),
    control: comparePermutations(second, last),
    hybrids: await measureHybrids(pair, study.cells<AtEnd>(`${pair.name} hybrids`), study.say),
    windows: windows.map(({ permutations: _, atEnd, ...window }) => ({ window, atEnd })),
  };
}

async function matchLastStep(
  pair: TrajectoryPair,
  options: WeightMatchOptions,
): Promise<Permutations> {
  const last = lastStep(pair);
  const [a, b] = [await pair.a(last), await pair.b(last)];
  const { permutations } = await weightMatch(pair.spec, a, b, options);
  tf.dispose([a, b]);
  return permutations;
}

function measureConnectivity(
  study: CifarStudy,
  { name, spec, steps, a, b, matching, evaluate, points }: TrajectoryPair,
  given: Readonly<Record<string, Permutations>>,
): Promise<SimultaneousConnectivityReport<'loss' | 'error'>> {
  const sequence = (load: TrajectoryPair['a']) => steps.map((step) => () => load(step));
  return simultaneousConnectivity(sequence(a), sequence(b), {
    ...{ spec, evaluate, points, steps, given, matrix: true, tolerance: TOLERANCE },
    match: (one, other, { signal }) => weightMatch(spec, one, other, { ...matching, signal }),
    ...study.cells(`${name} report`),
    onProgress: study.follow(name),
  });
}
