import { recogniseArchitecture, verifySpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { expectDerivedIncluded } from '../../support/architectures/expectDerivedIncluded';
import { expectSpecHolds } from '../../support/architectures/expectSpecHolds';
import { gemma2 } from '../../support/architectures/transformers/gemma2';
import { gpt2 } from '../../support/architectures/transformers/gpt2';
import { gptNeox } from '../../support/architectures/transformers/gptNeox';
import { llama } from '../../support/architectures/transformers/llama';
import { opt } from '../../support/architectures/transformers/opt';
import { phi3 } from '../../support/architectures/transformers/phi3';
import { drawWeights } from '../../support/architectures/transformers/smallTransformer';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

const networks = { ...llama, ...gemma2, ...phi3, ...gptNeox, ...gpt2, ...opt };

describe.each(Object.entries(networks))('%s', (_, { config, shapes, forward, input }) => {
  const params = drawWeights(shapes);
  const inputs = [input()];

  it('has a spec that holds', async () => {
    const { spec, name } = recogniseArchitecture(params, { config });
    expect(name).toBe(config.model_type);
    await expectSpecHolds({ spec, forward, params, inputs });
  });

  it('has all symmetries that its pass shows', async () => {
    const { spec } = recogniseArchitecture(params, { config });
    await expectDerivedIncluded({ spec, forward, params, inputs });
  });

  it('is recognised by its names alone, with a part of its groups', async () => {
    const { spec } = recogniseArchitecture(params);
    const { spec: whole } = recogniseArchitecture(params, { config });
    expect((await verifySpec(spec, forward, params, inputs)).ok).toBe(true);
    const names = whole.groups.map((group) => group.name);
    const showsHeads = 'model.layers.0.self_attn.q_norm.weight' in shapes;
    const showsOutput = Object.keys(shapes).some((name) =>
      /^(model|transformer|gpt_neox|lm_head|embed_out)\./.test(name),
    );
    const isShown = (name: string) =>
      name === 'stream' ? showsOutput : showsHeads || /^(words|mlp)/.test(name);
    expect(spec.groups.map((group) => group.name)).toEqual(names.filter(isShown));
    const expected = [showsHeads, showsOutput].filter((isKnown) => !isKnown);
    expect(spec.derivation?.warnings).toHaveLength(expected.length);
  });
});
