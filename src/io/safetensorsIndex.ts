import { isRecord } from '../checks';
import { invalid, named } from '../errors';
import { checkName } from './checkName';
import { parseStrictJson, quoted } from './parseStrictJson';

/** The index of a sharded safetensors checkpoint. */
export interface SafetensorsIndex {
  /** The tensor names in each file, by file name, in the order of the index. */
  files: Record<string, string[]>;
  /** The `metadata` of the index, such as `{ total_size: 123456 }`; empty if there is none. */
  metadata: Record<string, unknown>;
}

/**
 * Parses the index of a sharded safetensors checkpoint.
 *
 * @param json - The text of the index, usually `model.safetensors.index.json`.
 * @returns The tensor names in each file, and the metadata.
 * @throws InvalidInputError if the text is not JSON, has a duplicate key, lacks a `weight_map` from
 * tensor names to file names, or has a file name that is not plain (a path, or `..`).
 *
 * @example
 * ```ts
 * import { parseSafetensorsIndex } from 'perm-lmc';
 *
 * const { files } = parseSafetensorsIndex('{"weight_map": {"fc1.bias": "model-1.safetensors"}}');
 * files; // { 'model-1.safetensors': ['fc1.bias'] }: fetch each one and give it to parseSafetensors
 * ```
 */
export function parseSafetensorsIndex(json: string): SafetensorsIndex {
  return named('parseSafetensorsIndex', () => {
    return parseIndex(json);
  });
}

/** The body of {@link parseSafetensorsIndex}, for functions whose errors have their own name. */
export function parseIndex(json: string): SafetensorsIndex {
  const { metadata = {}, weight_map } = parseStrictJson(json, 'the index');
  if (!isRecord(metadata)) {
    throw invalid(`metadata must be an object, received ${quoted(metadata)}`, 'Leave it out', {
      param: 'metadata',
      received: metadata,
    });
  }
  if (!isRecord(weight_map)) {
    const problem = `weight_map is ${weight_map === undefined ? 'missing' : quoted(weight_map)}`;
    throw invalid(problem, 'Make it an object from tensor names to file names', {
      param: 'weight_map',
      received: weight_map,
    });
  }
  return { files: groupByFile(weight_map), metadata };
}

function groupByFile(weightMap: Record<string, unknown>): Record<string, string[]> {
  const files = new Map<string, string[]>();
  for (const [tensor, file] of Object.entries(weightMap)) {
    checkName('tensor', tensor);
    checkFileName(tensor, file);
    const tensors = files.get(file);
    if (tensors) tensors.push(tensor);
    else files.set(file, [tensor]);
  }
  return Object.fromEntries(files);
}

function checkFileName(tensor: string, file: unknown): asserts file is string {
  const plain =
    typeof file === 'string' && !['', '.', '..'].includes(file) && !/[/\\:\0]/.test(file);
  if (!plain) {
    const problem = `weight_map[${quoted(tensor)}] is ${quoted(file)}, which is not a plain file name`;
    throw invalid(problem, 'Put the shards next to the index and name them without a folder', {
      param: tensor,
      received: file,
    });
  }
  checkName('file', file);
}
