import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import type { Architecture, Candidate, ModelConfig } from '../architecture';
import { assertSupported } from './assertSupported';
import { numbered } from './numberedParams';
import type { Transformer, TransformerBlock } from './transformer';
import { transformers } from './transformers';
import { writeTransformer } from './writeTransformer';

/**
 * A family of transformers as an architecture. With a configuration its `model_type` tells the family; without one
 * the names do.
 */
export function transformerArchitecture(family: Transformer): Architecture {
  const [name] = family.types;
  return {
    name,
    networks: `${family.networks}, with Hugging Face's names`,
    candidates({ shapes, config }) {
      const names = Object.keys(shapes);
      const type = config?.model_type;
      if (config !== null && typeof type === 'string' && isKnown(type)) {
        const fits = family.types.includes(type) && (family.fits?.(config) ?? true);
        return fits ? [configured(type, family, config, names)] : [];
      }
      const prefix = prefixIn(family, names);
      if (prefix === undefined) return [];
      return [typeof type === 'string' ? unknown(type, name) : bare(family, shapes, prefix)];
    },
  };
}

const isKnown = (type: string) => transformers.some(({ types }) => types.includes(type));

function configured(
  type: string,
  family: Transformer,
  config: ModelConfig,
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
  const names = Object.keys(shapes);
  const counts = family.blocks.flatMap(({ repeat, params }) =>
    repeat === undefined ? [] : [[repeat, countBlocks(params, names, prefix)] as const],
  );
  const sizes = { ...Object.fromEntries(counts), ...family.shownSizes?.(shapes, prefix) };
  return { name: family.types[0], spec: () => writeTransformer(family, sizes, prefix) };
}

function unknown(type: string, nearest: string): Candidate {
  return {
    name: nearest,
    spec() {
      throw invalid(
        `the configuration has model_type '${type}', which is not known`,
        'Derive the spec with traceSpec or from an ONNX file, or pass transformerSpec the type of a network of the same form',
        { param: 'model_type', received: type },
      );
    },
  };
}

/** The first prefix with which the names have all parameters of the first block of each kind, biases aside. */
function prefixIn({ prefixes, blocks }: Transformer, names: readonly string[]): string | undefined {
  const known = new Set(names);
  const required = blocks.flatMap(({ params }) =>
    Object.entries(params).flatMap(([name, pattern]) =>
      pattern.startsWith('?') ? [] : [numbered(name, 0)],
    ),
  );
  return prefixes.find((prefix) => required.every((name) => known.has(prefix + name)));
}

/** The number of blocks in a row, from 0, whose first required parameter is there. */
function countBlocks(
  params: TransformerBlock['params'],
  names: readonly string[],
  prefix: string,
): number {
  const known = new Set(names);
  const template = Object.keys(params).find((name) => !params[name].startsWith('?'))!;
  let count = 0;
  while (known.has(prefix + numbered(template, count))) count++;
  return count;
}
