import { add, mul, type Scalar, sum, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import type { Params } from '../../../params';
import { mapParams } from '../../../params/internal';
import type { Permutations } from '../../../permutation';
import { readAndDispose } from '../../../runtime';
import type { ResolvedSpec } from '../../../symmetry/internal';
import { type OptimizerSource, optimisedParams } from '../optimisedParams';
import { type RepeatedMatchSettings, repeatedMatch } from './repeatedMatch';

/** Settings of latent networks. */
export interface LatentSettings extends RepeatedMatchSettings {
  readonly optimizer: OptimizerSource;
  /** The names of the parameters that decide a match: float32 parameters with a group. */
  readonly names: readonly string[];
}

/** For each network but the first a latent network zᵢ, which an optimiser changes and which θᵢ is matched to. */
export interface LatentNetworks {
  /** The step zᵢ ← opt(zᵢ, wᵢ g) with the gradient g at the mixture. */
  step(gradients: Params, weights: readonly number[]): Promise<void>;
  /** Matches θᵢ to zᵢ from the given permutations. */
  match(network: number, initial: Permutations): Promise<Permutations>;
  dispose(): void;
}

/** Latent networks with the values of the first network. */
export function latentNetworks(
  resolved: ResolvedSpec,
  networks: readonly Params[],
  settings: LatentSettings,
): LatentNetworks {
  const { names, optimizer } = settings;
  const [first, ...others] = networks;
  const keyOf = (network: number, name: string) => `${network}: ${name}`;
  const keys = others.flatMap((_, i) => names.map((name) => [keyOf(i + 1, name), name] as const));
  const latent = optimisedParams(
    Object.fromEntries(keys.map(([key, name]) => [key, first[name]])),
    optimizer,
  );
  const matches = others.map((params) => repeatedMatch(resolved, params, names, settings));
  return {
    async step(gradients, weights) {
      tidy(() => {
        const scaled = others.flatMap((_, i) =>
          names.map((name) => [keyOf(i + 1, name), mul(gradients[name], weights[i + 1])]),
        );
        latent.apply(Object.fromEntries(scaled));
      });
      await assertFinite(latent.params);
    },
    async match(network, initial) {
      const own = Object.fromEntries(
        names.map((name) => [name, latent.params[keyOf(network, name)]]),
      );
      const { permutations } = await matches[network - 1].match(own, initial);
      return permutations;
    },
    dispose() {
      latent.dispose();
      for (const match of matches) match.dispose();
    },
  };
}

/** Throws unless all values are finite. */
async function assertFinite(params: Params): Promise<void> {
  const [total] = await readAndDispose(
    tidy(() =>
      Object.values(mapParams(params, (tensor): Scalar => sum(tensor))).reduce((all, each) =>
        add(all, each),
      ),
    ),
  );
  if (Number.isFinite(total)) return;
  throw invalid(
    `the optimizer has made values that are not finite: their sum is ${total}`,
    'Pass an optimizer with a smaller learning rate',
    { param: 'optimizer', received: total },
  );
}
