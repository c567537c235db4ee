import * as tf from '@tensorflow/tfjs-core';
import {
  groupSizes,
  type Params,
  recogniseArchitecture,
  traceSpec,
  transformerSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
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

  it('has a spec that holds', async () => {
    const { spec } = recogniseArchitecture(params, { config });
    await expectSpecHolds({ spec, forward, params, inputs: [input()] });
  });

  it('trace', async () => {
    const { spec } = recogniseArchitecture(params, { config });
    const derived = await traceSpec(forward, params, input());
    console.log(
      JSON.stringify(groupSizes(spec, params)),
      JSON.stringify(groupSizes(derived, params)),
      derived.derivation!.warnings,
    );
  });
});
