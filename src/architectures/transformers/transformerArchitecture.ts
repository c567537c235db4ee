import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import type { Architecture, Candidate, ModelConfig } from '../architecture';
import { assertSupported } from './assertSupported';
import { numbered } from './numberedParams';
import type { Transformer, TransformerBlock, TransformerSizes } from './transformer';
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
      const names = Object.keys(shapes);
      const type = config?.model_type;
      if (config !== null && typeof type === 'string' && isKnown(type)) {
        return isOfFamily(family, type, config) ? [configured(family, config, type, names)] : [];
      }
      const prefix = prefixIn(family, names);
      if (prefix === undefined) return unsupported(family, names);
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

/** The candidate with the sizes of a configuration. */
function configured(
  family: Transformer,
  config: ModelConfig,
  type: string,
  names: readonly string[],
): Candidate {
  return {
    name: type,
    spec() {
      assertSupported(config);
      const prefix = prefixIn(family, names) ?? family.prefixes[0];
      return writeTransformer(family, family.sizes(config), prefix);
    },
  };
}

/** The candidate of a network without a configuration. */
function bare(family: Transformer, shapes: Shapes, prefix: string): Candidate {
  return {
    name: family.types[0],
    spec: () => writeTransformer(family, sizesIn(family, shapes, prefix), prefix),
  };
}

/** The numbers of blocks, and the other sizes that shapes show. */
function sizesIn(family: Transformer, shapes: Shapes, prefix: string): TransformerSizes {
  const counts = family.blocks.flatMap(({ repeat, params }) =>
    repeat === undefined ? [] : [[repeat, countBlocks(params, shapes, prefix)] as const],
  );
  const shown = Object.entries(family.shownSizes?.(shapes, prefix) ?? {});
  return Object.fromEntries([...counts, ...shown.filter(([, size]) => Number.isInteger(size))]);
}

/** The number of blocks in a row, from 0, whose first required parameter is there. */
function countBlocks(params: TransformerBlock['params'], shapes: Shapes, prefix: string): number {
  const template = Object.keys(params).find((name) => !params[name].startsWith('?'))!;
  let count = 0;
  while (Object.hasOwn(shapes, prefix + numbered(template, count))) count++;
  return count;
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
function unsupported(family: Transformer, names: readonly string[]): Candidate[] {
  const found = unsupportedName(names);
  if (found === undefined || !resembles(family, names.map(baseName))) return [];
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

/** The first prefix with which the names have all required parameters of the first blocks. */
function prefixIn(family: Transformer, names: readonly string[]): string | undefined {
  const known = new Set(names);
  const required = requiredNames(family.blocks);
  return family.prefixes.find((prefix) => required.every((name) => known.has(prefix + name)));
}

/** True if the names have any required parameter of the first repeated blocks. */
function resembles({ blocks, prefixes }: Transformer, names: readonly string[]): boolean {
  const known = new Set(names);
  const required = requiredNames(blocks.filter(({ repeat }) => repeat !== undefined));
  return prefixes.some((prefix) => required.some((name) => known.has(prefix + name)));
}

function requiredNames(blocks: readonly TransformerBlock[]): string[] {
  return blocks.flatMap(({ params }) =>
    Object.entries(params).flatMap(([name, pattern]) =>
      pattern.startsWith('?') ? [] : [numbered(name, 0)],
    ),
  );
}
