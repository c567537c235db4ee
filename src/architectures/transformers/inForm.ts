import type { ModelConfig } from '../architecture';
import { fixedParts } from './fixedParts';
import type { Transformer, TransformerForm } from './transformer';

/** The warning about a network that may have a head. */
const TIED =
  "the names do not show whether the network has a head tied to its embedding, so its last states are taken for its output. Pass the configuration (config.json) with its 'architectures'";

/** The form of the network with these names: the first of which the network lacks the parameters. */
export function formOfNames(
  { forms = [], outside = {} }: Transformer,
  names: readonly string[],
  prefix: string,
  config: ModelConfig,
): TransformerForm | undefined {
  const known = new Set(names);
  const has = (name: string) => known.has(name) || known.has(prefix + name);
  const heads = Object.keys(outside);
  const ownClass = classOf(config);
  return forms.find((form) => {
    if ((form.lacks ?? heads).some(has)) return false;
    if (!form.mayBeTied) return true;
    return ownClass === undefined ? form.prefix === prefix : form.classes.includes(ownClass);
  });
}

/** The form of the class that a configuration names. */
export function formOfClass(
  { forms = [] }: Transformer,
  config: ModelConfig,
): TransformerForm | undefined {
  const ownClass = classOf(config);
  return forms.find(({ classes }) => classes.some((each) => each === ownClass));
}

/** The family in a form, or as it is if there is none. The configuration tells whether the form is certain. */
export function inForm(
  family: Transformer,
  form: TransformerForm | undefined,
  config: ModelConfig,
): Transformer {
  if (form === undefined) return family;
  const { outputs = [], sizes, outside, prefix, mayBeTied } = form;
  return {
    ...family,
    prefixes: prefix === undefined ? family.prefixes : [prefix],
    sizes: (given) => ({ ...family.sizes(given), ...sizes }),
    fixed: {
      ...family.fixed,
      ...Object.fromEntries(outputs.map((word) => [word, fixedParts.labels])),
    },
    outside: { ...family.outside, ...outside },
    warnings: mayBeTied && classOf(config) === undefined ? [TIED] : [],
  };
}

/** The first class that a configuration names. */
function classOf({ architectures }: ModelConfig): string | undefined {
  const [first] = Array.isArray(architectures) ? architectures : [];
  return typeof first === 'string' ? first : undefined;
}
