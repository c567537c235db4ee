import type { ModelConfig } from '../architecture';
import type { Patterns } from '../presets/layout';
import { fixedParts } from './fixedParts';
import type { Transformer, TransformerSizes } from './transformer';

/** A form of a family's networks that differs from the usual one, such as an encoder without a head. */
export interface TransformerForm {
  /** The classes of such networks in `architectures` of a configuration, such as `BertModel`. */
  readonly classes: readonly string[];
  /** The parameters that show by their absence that a network has this form. Default: those of all heads. */
  readonly lacks?: readonly string[];
  /** The words of patterns that are outputs, and so are fixed. Default: none. */
  readonly outputs?: readonly string[];
  /** The sizes that differ, such as `{ decoderLayers: 0 }`. Default: none. */
  readonly sizes?: TransformerSizes;
  /** The parameters of heads whose patterns differ. Default: none. */
  readonly outside?: Patterns;
  /** The usual prefix of the form. Default: that of the family. */
  readonly prefix?: string;
}

/** The family in the form of the network with these names: the first whose parameters they lack. */
export function inFormOfNames(
  family: Transformer,
  names: readonly string[],
  prefix: string,
): Transformer {
  const known = new Set(names);
  const has = (name: string) => known.has(name) || known.has(prefix + name);
  const heads = Object.keys(family.outside ?? {});
  const form = family.forms?.find(({ lacks = heads }) => !lacks.some(has));
  return form === undefined ? family : inForm(family, form);
}

/** The family in the form of the first class that a configuration names. */
export function inFormOfClass(family: Transformer, { architectures }: ModelConfig): Transformer {
  const [name] = Array.isArray(architectures) ? architectures : [];
  const form = family.forms?.find(({ classes }) => classes.includes(name));
  return form === undefined ? family : inForm(family, form);
}

function inForm(family: Transformer, form: TransformerForm): Transformer {
  const { outputs = [], sizes, outside, prefix = family.prefixes[0] } = form;
  return {
    ...family,
    prefixes: [prefix, ...family.prefixes],
    sizes: (config) => ({ ...family.sizes(config), ...sizes }),
    fixed: {
      ...family.fixed,
      ...Object.fromEntries(outputs.map((word) => [word, fixedParts.labels])),
    },
    outside: { ...family.outside, ...outside },
  };
}
