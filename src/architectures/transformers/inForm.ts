import type { ModelConfig } from '../architecture';
import { fixedParts } from './fixedParts';
import type { Transformer, TransformerForm } from './transformer';

/** The form of the network with these names: the first of which the network lacks the parameters. */
export function formOfNames(
  { forms = [], outside = {} }: Transformer,
  names: readonly string[],
  prefix: string,
): TransformerForm | undefined {
  const known = new Set(names);
  const has = (name: string) => known.has(name) || known.has(prefix + name);
  const heads = Object.keys(outside);
  return forms.find(({ lacks = heads }) => !lacks.some(has));
}

/** The form of the class that a configuration names. */
export function formOfClass(
  { forms = [] }: Transformer,
  { architectures }: ModelConfig,
): TransformerForm | undefined {
  const [name] = Array.isArray(architectures) ? architectures : [];
  return forms.find(({ classes }) => classes.includes(name));
}

/** The family in a form, or as it is if there is none. */
export function inForm(family: Transformer, form: TransformerForm | undefined): Transformer {
  if (form === undefined) return family;
  const { outputs = [], sizes, outside, prefix } = form;
  return {
    ...family,
    prefixes: prefix === undefined ? family.prefixes : [prefix],
    sizes: (config) => ({ ...family.sizes(config), ...sizes }),
    fixed: {
      ...family.fixed,
      ...Object.fromEntries(outputs.map((word) => [word, fixedParts.labels])),
    },
    outside: { ...family.outside, ...outside },
  };
}
