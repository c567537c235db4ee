import { fixedParts } from './fixedParts';
import type { Transformer, TransformerForm } from './transformer';

/** A family in a form: outputs are fixed, and sizes and heads are those of the form. */
export function inForm(family: Transformer, form: TransformerForm): Transformer {
  const { outputs = [], sizes, inside = {}, outside, prefix = family.prefixes[0] } = form;
  return {
    ...family,
    prefixes: [prefix, ...family.prefixes],
    sizes: (config) => ({ ...family.sizes(config), ...sizes }),
    fixed: {
      ...family.fixed,
      ...Object.fromEntries(outputs.map((word) => [word, fixedParts.labels])),
    },
    blocks: [...family.blocks, { params: inside }],
    outside: { ...family.outside, ...outside },
  };
}
