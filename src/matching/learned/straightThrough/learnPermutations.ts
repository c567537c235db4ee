import { dispose } from '@tensorflow/tfjs-core';
import { differentiate } from '../../../gradients/internal';
import type { NetworkInput, Params } from '../../../params';
import type { Permutations } from '../../../permutation';
import { type RandomSource, randomSource, readAndDispose } from '../../../runtime';
import type { ResolvedSpec } from '../../../symmetry/internal';
import { isSame } from '../../weights/term';
import { type BatchQueue, batchQueue } from '../batchQueue';
import type { LearnedCourse } from '../learnedCourse';
import type { LearningBatch } from '../learningData';
import type { LearningSettings } from '../learningOptions';
import { assertFiniteLoss, lossOn, meanLoss } from '../lossOn';
import { type ValidationSet, validationSet } from '../validationSet';
import { type LatentNetworks, type LatentSettings, latentNetworks } from './latentNetworks';
import { type MovedNetworks, movedNetworks } from './movedNetworks';
import { drawWeights, equalWeights, type StepWeights } from './stepWeights';

/** Settings of straight-through matching, with every default filled in. */
interface StraightThroughSettings<Input extends NetworkInput>
  extends LearningSettings<Input>,
    Omit<LatentSettings, 'random' | 'optimizer'> {
  /** The weights of the networks in the mixture of a step. */
  readonly weights: StepWeights;
}

/** The permutations kept, and the course of a run. */
export interface LearnedPermutations extends LearnedCourse {
  /** [networks], the identity for the first. */
  readonly permutations: readonly Permutations[];
}

/**
 * Straight-through matching of several networks, the first of which keeps its order.
 *
 * @param start - The first permutations, [networks].
 */
export async function learnPermutations<Input extends NetworkInput>(
  resolved: ResolvedSpec,
  networks: readonly Params[],
  start: readonly Permutations[],
  settings: StraightThroughSettings<Input>,
): Promise<LearnedPermutations> {
  const held: { dispose(): void | Promise<void> }[] = [];
  const hold = <Resource extends (typeof held)[number]>(resource: Resource): Resource => {
    held.unshift(resource);
    return resource;
  };
  try {
    const random = randomSource(settings.seed, 1);
    const queue = hold(batchQueue(settings.data, settings));
    const validation = hold(await validationSet(queue, settings));
    const moved = hold(movedNetworks(resolved, networks, start));
    const latent = hold(latentNetworks(resolved, networks, { ...settings, random }));
    return await run({ queue, validation, moved, latent, random }, settings);
  } finally {
    for (const resource of held) await resource.dispose();
  }
}

/** The data and the networks of a run. */
interface Run<Input extends NetworkInput> {
  readonly queue: BatchQueue<Input>;
  readonly validation: ValidationSet<Input>;
  readonly moved: MovedNetworks;
  readonly latent: LatentNetworks;
  readonly random: RandomSource;
}

/** Makes all steps, and keeps the permutations of the least loss on the validation samples. */
async function run<Input extends NetworkInput>(
  run: Run<Input>,
  settings: StraightThroughSettings<Input>,
): Promise<LearnedPermutations> {
  const { queue, moved } = run;
  const { onProgress, yieldPoint } = settings;
  const steps = settings.names.length > 0 ? settings.steps : 0; // Without a group nothing can be learned.
  const startLoss = await loss(0);
  let best = { permutations: [...moved.permutations], loss: startLoss, step: 0 };
  const losses = [startLoss];
  const history: number[] = [];
  for (let step = 1; step <= steps; step++) {
    await yieldPoint();
    const batchLoss = await learningStep(run, await queue.next(), step, settings);
    if (await matchAll(run)) {
      const reached = await loss(step);
      if (reached < best.loss) {
        best = { permutations: [...moved.permutations], loss: reached, step };
      }
    }
    history.push(batchLoss);
    losses.push(best.loss);
    onProgress?.({ done: step, total: steps, batchLoss, loss: best.loss });
  }
  return { ...best, startLoss, history, losses };

  /** The loss of the mixture on the validation samples. */
  function loss(step: number): Promise<number> {
    const { weights } = settings;
    const own = weights === 'random' ? equalWeights(moved.permutations.length) : weights;
    const at = step === 0 ? 'the start' : `step ${step}`;
    return meanLoss(moved.mixed(own), run.validation.batches, settings, { at, yieldPoint });
  }
}

/** One step of the optimiser on the latent networks. Returns the loss on the batch before it. */
async function learningStep<Input extends NetworkInput>(
  { moved, latent, random }: Run<Input>,
  batch: LearningBatch<Input>,
  step: number,
  settings: StraightThroughSettings<Input>,
): Promise<number> {
  const weights = drawWeights(settings.weights, moved.permutations.length, random);
  const mixed = moved.mixed(weights);
  const own = Object.fromEntries(settings.names.map((name) => [name, mixed[name]]));
  const { value, gradients } = differentiate(
    (learned) => lossOn(batch, settings)({ ...mixed, ...learned }),
    own,
  );
  try {
    const [loss] = await readAndDispose(value);
    await assertFiniteLoss(loss, `step ${step}`, mixed, batch, settings);
    await latent.step(gradients, weights);
    return loss;
  } finally {
    dispose(gradients);
  }
}

/** Matches all networks but the first to their latent networks. Returns true if one of them moved. */
async function matchAll<Input extends NetworkInput>({ moved, latent }: Run<Input>) {
  let hasMoved = false;
  for (let network = 1; network < moved.permutations.length; network++) {
    const before = moved.permutations[network];
    const found = await latent.match(network, before);
    if (Object.keys(found).every((group) => isSame(found[group], before[group]))) continue;
    moved.move(network, found);
    hasMoved = true;
  }
  return hasMoved;
}
