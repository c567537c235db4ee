import type { Params } from '../params';
import type { PermutationSpec } from '../symmetry';

/** The networks of a sequence as one stacked network, with the same tensors. */
export function stack(sequence: readonly Params[]): Params {
  return Object.fromEntries(
    sequence.flatMap((params, step) =>
      Object.entries(params).map(([name, tensor]) => [stackedName(step, name), tensor]),
    ),
  );
}

/** The spec of the stacked network: the networks of all steps share the groups. */
export function stackedSpec(
  { groups, params, unlisted }: PermutationSpec,
  steps: number,
): PermutationSpec {
  const each = Array.from({ length: steps }, (_, step) =>
    Object.entries(params).map(([name, axes]) => [stackedName(step, name), axes] as const),
  );
  return { groups, params: Object.fromEntries(each.flat()), unlisted };
}

/** The name of a parameter of the stacked network in the network of its step. */
export function nameInStep(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** The name of a step's parameter in the stacked network. */
const stackedName = (step: number, name: string) => `sequence[${step}]/${name}`;
