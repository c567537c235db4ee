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
import { keptPermutations } from '../keptPermutations';
import { alignWindows } from './alignWindows';
import { lastNetworks } from './lastNetworks';
import type { AtEnd } from './measureAtEnd';
import { type Hybrids, measureHybrids } from './measureHybrids';
import { nameOfWindow, type StepWindow } from './superAlign';
import type { TrajectoryPair } from './trajectoryPair';

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

/** Measures a pair of training runs. Everything is kept, so that an interrupted study continues. */
export async function measureTrajectories(
  study: CifarStudy,
  pair: TrajectoryPair,
): Promise<TrajectoryFindings> {
  const last = await lastNetworks(pair);
  const found = study.cells<PlainPermutations>(`${pair.name} last step`);
  const matchLast = (key: string, options: WeightMatchOptions) =>
    keptPermutations(found, key, async () => {
      study.say(`${pair.name}: last step, ${key}`);
      return (await weightMatch(pair.spec, last.a, last.b, options)).permutations;
    });
  const windows = await alignWindows(study, last);
  const given: Record<string, Permutations> = {};
  for (const [key, options] of Object.entries(pair.further))
    given[key] = await matchLast(key, options);
  for (const window of windows) {
    const whole = window.last === pair.steps.length - 1 && window.first < window.last;
    if (whole) given[nameOfWindow(window)] = window.permutations;
  }
  const report = await measureConnectivity(study, pair, given);
  const end = report.permutations[report.from];
  const second = await matchLast('second seed', { ...pair.matching, seed: 1 });
  const hybrids = await measureHybrids(last, study.cells<AtEnd>(`${pair.name} hybrids`), study.say);
  tf.dispose([last.a, last.b]);
  return {
    ...{ name: pair.name, title: pair.title, early: pair.early, report, hybrids },
    comparisons: report.permutations.map((each) => comparePermutations(each, end)),
    control: comparePermutations(second, end),
    windows: windows.map(({ permutations: _, atEnd, ...window }) => ({ window, atEnd })),
  };
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
