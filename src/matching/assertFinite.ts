import { invalid } from '../errors';
import type { Params } from '../params/params';
import type { Permutations } from '../permutation/permutation';
import type { ResolvedSpec } from '../spec/resolve';
import { innerProducts } from './comparison';
import { linearTerms } from './kernel';

/** Throws where a weight is NaN or infinite: the products of A and B show it, and cost one read. */
export async function assertFinite(
  fn: string,
  a: Params,
  b: Params,
  { places }: ResolvedSpec,
  start: Permutations,
): Promise<void> {
  const names = Object.keys(a).filter((name) => a[name].dtype === 'float32');
  const terms = linearTerms(names, places);
  const products = await innerProducts({ a, b, terms }, terms, start);
  const suspect = names[products.findIndex((product) => !Number.isFinite(product))];
  if (suspect === undefined) return;
  for (const [network, params] of [
    ['a', a],
    ['b', b],
  ] as const) {
    const values = await params[suspect].data();
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw invalid(
        fn,
        `parameter '${suspect}' of ${network} holds ${values[at]} at flat index ${at} of shape [${params[suspect].shape}]`,
        'Weights must be finite: did the training diverge?',
      );
    }
  }
  throw invalid(
    fn,
    `the products of a and b overflow float32 in parameter '${suspect}'`,
    'Scale the weights down; their size does not change the permutation',
  );
}
