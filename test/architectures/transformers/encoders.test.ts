import {
  groupSizes,
  type Params,
  type PermutationSpec,
  recogniseArchitecture,
  traceSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { expectSpecHolds } from '../../support/architectures/expectSpecHolds';
import { bert, roberta } from '../../support/architectures/transformers/bert';
import { clip } from '../../support/architectures/transformers/clip';
import { dinov2 } from '../../support/architectures/transformers/dinov2';
import { distilbert } from '../../support/architectures/transformers/distilbert';
import { drawWeights } from '../../support/architectures/transformers/smallTransformer';
import { swin } from '../../support/architectures/transformers/swin';
import { t5 } from '../../support/architectures/transformers/t5';
import { deit, vit } from '../../support/architectures/transformers/vit';
import { whisper } from '../../support/architectures/transformers/whisper';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

const families = { bert, roberta, distilbert, t5, whisper, vit, deit, dinov2, swin, clip };
const networks = Object.entries(families).flatMap(([family, forms]) =>
  Object.entries(forms).map(([form, network]) => [family, form, network] as const),
);

describe.each(networks)('%s %s', (_family, _form, network) => {
  it('has a spec that holds', async () => {
    const { config, forward } = network;
    const params = drawWeights(network.shapes);
    const { spec } = recogniseArchitecture(params, { config });
    await expectSpecHolds({ spec, forward, params, inputs: [network.input()] });
  });

  it('has as many symmetries as a derivation finds', async () => {
    const params = drawWeights(network.shapes);
    const derived = await traceSpec(network.forward, params, network.input(), { verify: false });
    const { spec } = recogniseArchitecture(params, { config: network.config });
    expect(sizesOf(spec, params)).toEqual(sizesOf(derived, params));
  });
});

/** The sizes of the groups, smallest first. */
function sizesOf(spec: PermutationSpec, params: Params): number[] {
  return Object.values(groupSizes(spec, params)).sort((a, b) => a - b);
}
