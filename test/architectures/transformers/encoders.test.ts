import { groupSizes, recogniseArchitecture, transformerSpec, verifySpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { expectDerivedIncluded } from '../../support/architectures/expectDerivedIncluded';
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

await useBackend('wasm');

const families = { bert, roberta, distilbert, t5, whisper, vit, deit, dinov2, swin, clip };
const networks = Object.entries(families).flatMap(([family, forms]) =>
  Object.entries(forms).map(([form, network]) => [family, form, network] as const),
);

/** The families whose numbers of heads the shapes show. */
const withShownHeads = [t5, swin];

describe.each(networks)('%s %s', (family, _form, { config, shapes, forward, input }) => {
  const params = drawWeights(shapes);
  const inputs = [input()];
  const { name, spec } = recogniseArchitecture(params, { config });

  it('has a spec that holds', async () => {
    expect(name).toBe(config.model_type);
    await expectSpecHolds({ spec, forward, params, inputs });
  });

  it('has all symmetries that its pass shows', async () => {
    await expectDerivedIncluded({ spec, forward, params, inputs });
  });

  it('has the same spec by its configuration alone', () => {
    const { params: all } = transformerSpec(config.model_type as string, config);
    for (const each of Object.keys(shapes)) expect(all[each]).toEqual(spec.params[each]);
  });

  it('is recognised by its names alone, with a part of its groups', async () => {
    const bare = recogniseArchitecture(params).spec;
    const isShown = withShownHeads.includes(families[family as keyof typeof families]);
    expect((await verifySpec(bare, forward, params, inputs)).ok).toBe(true);
    // Without a class the pooled state and the stream are one group: a classifier may read either.
    const isOpen =
      Object.hasOwn(params, 'classifier.weight') && 'bert.pooler.dense.weight' in params;
    const names = Object.keys(groupSizes(spec, params)).filter(
      (each) => !isOpen || each !== 'pooled',
    );
    expect(Object.keys(groupSizes(bare, params))).toEqual(
      names.filter((each) => isShown || !/\b(heads|keys|values)\b/.test(each)),
    );
    expect(bare.derivation?.warnings).toHaveLength((isShown ? 0 : 1) + (isOpen ? 1 : 0));
  });
});
