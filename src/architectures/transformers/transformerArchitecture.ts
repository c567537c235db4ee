import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import type { Architecture, Candidate, ModelConfig } from '../architecture';
import { assertSupported } from './assertSupported';
import { countRepeats } from './countRepeats';
import { blocksWith, countBlocks, firstPrefix, resembles } from './firstPrefix';
import { inFormOfClass } from './inFormOfClass';
import { inFormOfNames } from './inFormOfNames';
import type { Transformer, TransformerSizes } from './transformer';
import { transformers } from './transformers';
import { baseName, unsupportedName } from './unsupportedName';
import { unsupportedNetwork } from './unsupportedNetwork';
import { writeTransformer } from './writeTransformer';

/**
 * A family of transformers as an architecture. With a configuration its `model_type` tells the family; without one
 * the names do.
 */
export function transformerArchitecture(family: Transformer): Architecture {
  return {
    name: family.types[0],
    networks: `${family.networks}, with Hugging Face's names`,
    candidates({ shapes, config }) {
      const type = config?.model_type;
      if (config !== null && typeof type === 'string' && isKnown(type)) {
        return isOfFamily(family, type, config) ? [configured(family, config, type, shapes)] : [];
      }
      const prefix = firstPrefix(family, shapes);
      if (prefix === undefined) return unsupported(family, shapes);
      if (isTwin(family, shapes, prefix)) return [];
      return [typeof type === 'string' ? unknown(family, type) : bare(family, shapes, prefix)];
    },
  };
}

function isKnown(type: string): boolean {
  return transformers.some(({ types }) => types.includes(type));
}

function isOfFamily({ types, fits }: Transformer, type: string, config: ModelConfig): boolean {
  return types.includes(type) && (fits?.(config) ?? true);
}

/** True if an earlier family of the same blocks fits, too, as for an encoder of BERT or RoBERTa without prefix. */
function isTwin(family: Transformer, shapes: Shapes, prefix: string): boolean {
  const first = transformers.find(
    (each) => each.blocks === family.blocks && firstPrefix(each, shapes) === prefix,
  );
  return first !== family;
}

/** The candidate with the sizes of a configuration. */
function configured(
  family: Transformer,
  config: ModelConfig,
  type: string,
  shapes: Shapes,
): Candidate {
  return {
    name: type,
    spec() {
      assertSupported(config);
      const prefix = firstPrefix(family, shapes);
      const own =
        prefix === undefined
          ? inFormOfClass(family, config)
          : inFormOfNames(family, Object.keys(shapes), prefix, config);
      const sizes = own.sizes(config);
      assertBlocks(own, sizes, Object.keys(shapes).length);
      return writeTransformer(
        own,
        sizes,
        prefix ?? own.prefixes[0],
        isTied(own, Object.keys(shapes)),
      );
    },
  };
}

/** Throws if a configuration has more blocks than the network has parameters. */
function assertBlocks(family: Transformer, sizes: TransformerSizes, params: number): void {
  const count = countRepeats(family, sizes);
  if (count <= params) return;
  throw invalid(
    `the configuration has ${count} layers, and the network only ${params} parameters`,
    'Pass the config.json of this network',
    { param: 'config', received: count },
  );
}

/** The candidate of a network without a configuration. */
function bare(family: Transformer, shapes: Shapes, prefix: string): Candidate {
  return {
    name: family.types[0],
    spec() {
      const own = inFormOfNames(family, Object.keys(shapes), prefix, {});
      const sizes = sizesIn(family, shapes, prefix);
      return writeTransformer(own, sizes, prefix, isTied(own, Object.keys(shapes)));
    },
  };
}

/** True if a network with these parameters has no head but its embedding. */
function isTied({ tied }: Transformer, names: readonly string[]): boolean {
  if (tied === undefined || tied.heads.some((head) => names.includes(head))) return false;
  return tied.reads === undefined || names.includes(tied.reads);
}

/** The numbers of blocks, and the other sizes that shapes show. */
function sizesIn(family: Transformer, shapes: Shapes, prefix: string): TransformerSizes {
  const counts = blocksWith(family, shapes, prefix).flatMap(({ repeat, params }) =>
    repeat === undefined ? [] : [[repeat, countBlocks(params, shapes, prefix)] as const],
  );
  const shown = Object.entries(family.shownSizes?.(shapes, prefix) ?? {});
  return Object.fromEntries([...counts, ...shown.filter(([, size]) => Number.isInteger(size))]);
}

/** A candidate that gives the reason why a network of an unknown type has no spec. */
function unknown(family: Transformer, type: string): Candidate {
  return {
    name: family.types[0],
    spec() {
      throw invalid(
        `the configuration has model_type '${type}', which is not known`,
        'Derive the spec with traceSpec or from an ONNX file, or call transformerSpec with the type of a network of the same form',
        { param: 'model_type', received: type },
      );
    },
  };
}

/** A candidate that gives the reason why a network with names like the family's has no spec; none for other names. */
function unsupported(family: Transformer, shapes: Shapes): Candidate[] {
  const found = unsupportedName(Object.keys(shapes));
  const base = Object.entries(shapes).map(([name, shape]) => [baseName(name), shape] as const);
  if (found === undefined || !resembles(family, Object.fromEntries(base))) return [];
  const { kind, name } = found;
  return [
    {
      name: family.types[0],
      spec() {
        throw unsupportedNetwork(kind, `it has '${name}'`, { param: name });
      },
    },
  ];
}
