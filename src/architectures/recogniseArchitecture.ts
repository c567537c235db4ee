import { assertChoice, assertObject, assertOptions, listNames } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertRecord, assertTensor, commonPrefixes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { shapesOf } from '../symmetry/internal';
import type { ModelConfig } from './architecture';
import { architectures } from './architectures';
import { type Recognition, recogniseShapes } from './recogniseShapes';
import { UnsupportedNetworkError } from './transformers/unsupportedNetwork';

/** Options of {@link recogniseArchitecture}. */
export interface RecogniseArchitectureOptions {
  /**
   * The configuration of the network, as in the `config.json` of Hugging Face's transformers. Transformers need it for
   * their numbers of heads. Default: names and shapes alone.
   */
  config?: ModelConfig;
  /** The name of the family, such as `'densenet'`, where names and shapes fit several. Default: all are tried. */
  family?: string;
}

/** A network's architecture, and its spec. */
export interface RecognisedArchitecture {
  /** The family, such as `'resnet'`. */
  readonly family: string;
  /** The name of the network in its family, such as `'resnet:2,2,2,2'`. */
  readonly name: string;
  /** The spec, with reasons for fixed axes, which `explainSpec` prints. */
  readonly spec: PermutationSpec;
}

/**
 * Finds the spec of a network from the names and shapes of its parameters, in PyTorch's layout: networks of
 * torchvision and timm, and transformers with Hugging Face's names.
 *
 * Names and shapes do not determine what a network computes: a skip connection without parameters does not show in
 * them. Check the spec with `verifySpec` where you have the forward function.
 *
 * @param params - The network: tensors by name. Their values are not read.
 * @param options - All have defaults.
 * @returns The family and the spec. It does not keep the tensors.
 * @throws InvalidInputError if no family fits, several do, or there is no family of the given name.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { recogniseArchitecture } from 'perm-lmc';
 *
 * const params = { 'fc1.weight': tf.ones([8, 4]), 'fc2.weight': tf.ones([3, 8]) };
 * const { name, spec } = recogniseArchitecture(params); // mlp:2, with a group of 8 units
 * ```
 */
export function recogniseArchitecture(
  params: Params,
  options: RecogniseArchitectureOptions = {},
): RecognisedArchitecture {
  return named('recogniseArchitecture', () => {
    assertOptions(options, { config: true, family: true });
    const { config = null, family } = options;
    if (config !== null) assertObject('config', config, 'Pass the contents of config.json, parsed');
    if (family !== undefined)
      assertChoice('family', family, familyNames(), 'Leave it out to try all');
    assertRecord('params', params);
    for (const [name, tensor] of Object.entries(params)) assertTensor(name, tensor);
    const recognition = recogniseShapes({ shapes: shapesOf(params), config }, family);
    const [first, ...others] = recognition.found;
    if (first !== undefined && others.length === 0) return first;
    if (first !== undefined) throw ambiguous(recognition);
    throw belowPrefix(params, { config, family }) ?? unknown(params, recognition);
  });
}

function familyNames(): string[] {
  return [...new Set(architectures.map(({ name }) => name))];
}

/** The error where a network is recognised without the prefix that all of its names have; null if it is not. */
function belowPrefix(
  params: Params,
  { config, family }: { config: ModelConfig | null; family: string | undefined },
) {
  const entries = Object.entries(shapesOf(params));
  const isFound = (prefix: string) => {
    const shapes = Object.fromEntries(
      entries.map(([name, shape]) => [name.slice(prefix.length), shape]),
    );
    return recogniseShapes({ shapes, config }, family).found.length > 0;
  };
  const prefix = commonPrefixes(Object.keys(params)).find(isFound);
  if (prefix === undefined) return null;
  return invalid(
    `no architecture fits the parameters, but one fits without the prefix '${prefix}' of their names`,
    `Pass renamePrefix(params, { from: '${prefix}', to: '' })`,
    { param: 'params', received: prefix },
  );
}

function unknown(params: Params, { refused }: Recognition) {
  const names = Object.keys(params);
  const [nearest] = refused;
  if (nearest?.reason instanceof UnsupportedNetworkError) return nearest.reason;
  const reason = nearest ? `. The nearest is ${nearest.name}: ${nearest.reason.problem}` : '';
  const isNear = nearest && nearest.unmatched > 0 && nearest.unmatched <= names.length / 4;
  const remedy = isNear
    ? 'If the params hold more than the network, or other names, pass the parameters that its architecture has. Otherwise derive'
    : 'Derive';
  return invalid(
    `no architecture fits the parameters ${listNames(names)}${reason}`,
    `${remedy} the spec with traceSpec or from an ONNX file, or write it with permutationSpec`,
    { param: 'params' },
  );
}

function ambiguous({ found }: Recognition) {
  return invalid(
    `several architectures fit: ${found.map(({ name }) => name).join(' and ')}`,
    'Pass the family, or write the spec of the one that it is',
    { param: 'params', received: found.map(({ name }) => name) },
  );
}
