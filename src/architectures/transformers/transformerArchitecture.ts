import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import type { Architecture, Candidate, ModelConfig } from '../architecture';
import type { Patterns } from '../presets/layout';
import { assertSupported } from './assertSupported';
import { formOfClass, formOfNames, inForm } from './inForm';
import { numbered } from './numberedParams';
import { blocksOf, type Transformer } from './transformer';
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
      const type = config?.model_type;
      if (config !== null && typeof type === 'string' && isKnown(type)) {
        const fits = family.types.includes(type) && (family.fits?.(config) ?? true);
        return fits ? [configured(type, family, config, shapes)] : [];
      }
      const prefix = prefixIn(family, shapes);
      if (prefix === undefined || isTwin(family, shapes, prefix)) return [];
      return [typeof type === 'string' ? unknown(type, name) : bare(family, shapes, prefix)];
    },
  };
}

const isKnown = (type: string) => transformers.some(({ types }) => types.includes(type));

function configured(
  type: string,
  family: Transformer,
  config: ModelConfig,
  shapes: Shapes,
): Candidate {
  return {
    name: type,
    spec() {
      assertSupported(config);
      const prefix = prefixIn(family, shapes);
      const form =
        prefix === undefined
          ? formOfClass(family, config)
          : formOfNames(family, Object.keys(shapes), prefix);
      const own = inForm(family, form);
      return writeTransformer(own, own.sizes(config), prefix ?? own.prefixes[0]);
    },
  };
}

/** The candidate of a network without a configuration. */
function bare(family: Transformer, shapes: Shapes, prefix: string): Candidate {
  const names = Object.keys(shapes);
  const shown = family.shownSizes?.(shapes, prefix) ?? {};
  const counts = blocksOf(family, shown).flatMap(({ repeat, params }) =>
    repeat === undefined ? [] : [[repeat, countBlocks(params, names, prefix)] as const],
  );
  const sizes = { ...Object.fromEntries(counts), ...shown };
  const own = inForm(family, formOfNames(family, names, prefix));
  return {
    name: family.types[0],
    spec: () => writeTransformer(own, sizes, prefix),
  };
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

/** True if an earlier family of the same blocks fits, too, as for an encoder of BERT or RoBERTa without prefix. */
function isTwin(family: Transformer, shapes: Shapes, prefix: string): boolean {
  const first = transformers.find(
    (each) => each.blocks === family.blocks && prefixIn(each, shapes) === prefix,
  );
  return first !== family;
}

/**
 * The first prefix with which the names have all required parameters of the first block of each kind. Blocks that a
 * form lacks are not required.
 */
function prefixIn(family: Transformer, shapes: Shapes): string | undefined {
  const known = new Set(Object.keys(shapes));
  const lacked = family.forms?.flatMap(({ sizes = {} }) => Object.keys(sizes)) ?? [];
  return family.prefixes.find((prefix) =>
    blocksOf(family, family.shownSizes?.(shapes, prefix) ?? {})
      .filter(({ repeat }) => repeat === undefined || !lacked.includes(repeat))
      .every(({ params }) => hasFirst(params, known, prefix)),
  );
}

function hasFirst(params: Patterns, known: ReadonlySet<string>, prefix: string): boolean {
  return Object.entries(params).every(
    ([name, pattern]) => pattern.startsWith('?') || known.has(prefix + numbered(name, 0)),
  );
}

/** The number of blocks in a row, from 0, whose first required parameter is there. */
function countBlocks(params: Patterns, names: readonly string[], prefix: string): number {
  const known = new Set(names);
  const template = Object.keys(params).find((name) => !params[name].startsWith('?'))!;
  let count = 0;
  while (known.has(prefix + numbered(template, count))) count++;
  return count;
}
