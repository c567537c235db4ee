import type { Evaluate, Params, PermutationSpec, WeightMatchOptions } from 'perm-lmc';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';

/** Two training runs A and B of one network, and the settings of matches and barriers between them. */
export interface TrajectoryPair {
  /** The name of its figures and kept parts, such as `vgg8`. */
  readonly name: string;
  /** Its name in headings. */
  readonly title: string;
  readonly network: LayerNormNetwork;
  readonly spec: PermutationSpec;
  /** The steps of the checkpoints, ascending. */
  readonly steps: readonly number[];
  /** Load A and B at a step. The caller disposes the params. */
  readonly a: (step: number) => Promise<Params>;
  readonly b: (step: number) => Promise<Params>;
  /** The settings of all matches but the further ones. */
  readonly matching: WeightMatchOptions;
  readonly evaluate: Evaluate<'loss' | 'error'>;
  /** The number of points of a barrier. */
  readonly points: number;
  /** Further matches of the last step by name, whose permutations are used at every step. */
  readonly further: Readonly<Record<string, WeightMatchOptions>>;
  /** The step from which hybrids have their early layers. */
  readonly early: number;
  /** 1 for hybrids of every layer, 2 for those of every other. */
  readonly everyLayer: number;
  /** The numbers of checkpoints that are matched together. */
  readonly windows: readonly number[];
}

/** The last step of a pair. */
export function lastStep({ steps }: TrajectoryPair): number {
  return steps[steps.length - 1];
}
