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
  /**
   * True if a network whose head is tied to its embedding lacks the same parameters. The class then shows the form;
   * without one, the prefix does, and a warning says so.
   */
  readonly mayBeTied?: true;
}

/** The family in the form of the network with these names and this configuration: the first that they show. */
export function inFormOfNames(
  family: Transformer,
  names: readonly string[],
  prefix: string,
  config: ModelConfig,
): Transformer {
  const known = new Set(names);
  const has = (name: string) => known.has(name) || known.has(prefix + name);
  const heads = Object.keys(family.outside ?? {});
  const ownClass = classOf(config);
  const form = family.forms?.find((each) => {
    if ((each.lacks ?? heads).some(has)) return false;
    if (!each.mayBeTied) return true;
    return ownClass === undefined ? prefix === each.prefix : each.classes.includes(ownClass);
  });
  if (form === undefined) return family;
  const own = inForm(family, form);
  return form.mayBeTied && ownClass === undefined ? { ...own, warnings: [TIED] } : own;
}

/** The warning about a network that may have a head. */
const TIED =
  "the names do not show whether the network has a head tied to its embedding, so its last states are taken for its output. Pass the configuration (config.json) with its 'architectures'";

/** The family in the form of the first class that a configuration names. */
export function inFormOfClass(family: Transformer, config: ModelConfig): Transformer {
  const ownClass = classOf(config);
  const form = family.forms?.find(({ classes }) => classes.some((each) => each === ownClass));
  return form === undefined ? family : inForm(family, form);
}

/** The first class that a configuration names. */
function classOf({ architectures }: ModelConfig): string | undefined {
  const [first] = Array.isArray(architectures) ? architectures : [];
  return typeof first === 'string' ? first : undefined;
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
