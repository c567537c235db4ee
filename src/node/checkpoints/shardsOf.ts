import { basename } from 'node:path';
import { bytesOf } from './bytesOf';
import type { WrittenTensor } from './checkpointFormat';

/** A file of a sharded checkpoint to write. */
export interface Shard<Tensor> {
  /** Its name, without a folder. */
  readonly file: string;
  readonly tensors: readonly Tensor[];
}

/** Rules for the shards of a checkpoint. */
export interface ShardRules {
  /** The name of the index, such as `model.safetensors.index.json`. */
  readonly index: string;
  /** The ending of the names of shards, such as `.safetensors`. */
  readonly ending: string;
  /** Names in the folder of the index that no shard may have. */
  readonly taken: readonly string[];
  /** The most bytes of a shard, unless one tensor is larger. It applies to tensors from one file. */
  readonly limit: number;
}

/** The tensors that a shard holds, and the file that they were read from. */
type Divided = Pick<WrittenTensor, 'name' | 'dtype' | 'shape' | 'path'>;

/**
 * The tensors of a checkpoint, divided into files. Tensors from several files keep that division and, where they are
 * free, the names of the files. Tensors from one file are divided by size, in their order.
 */
export function shardsOf<Tensor extends Divided>(
  tensors: readonly Tensor[],
  rules: ShardRules,
): Shard<Tensor>[] {
  const byFile = groupedByFile(tensors);
  const parts = byFile.size > 1 ? [...byFile.values()] : dividedBySize(tensors, rules.limit);
  const kept =
    byFile.size > 1 ? [...byFile.keys()].map((path) => withEnding(path, rules.ending)) : [];
  const files = areFree(kept, rules.taken) ? kept : numberedNames(parts.length, rules);
  return parts.map((own, i) => ({ file: files[i], tensors: own }));
}

function groupedByFile<Tensor extends Divided>(tensors: readonly Tensor[]): Map<string, Tensor[]> {
  const byFile = new Map<string, Tensor[]>();
  for (const tensor of tensors) {
    const { path = '' } = tensor;
    const own = byFile.get(path);
    if (own) own.push(tensor);
    else byFile.set(path, [tensor]);
  }
  return byFile;
}

function dividedBySize<Tensor extends Divided>(
  tensors: readonly Tensor[],
  limit: number,
): Tensor[][] {
  const parts: Tensor[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    const own = bytesOf(tensor);
    if (bytes > 0 && bytes + own > limit) {
      parts.push([]);
      bytes = 0;
    }
    parts[parts.length - 1].push(tensor);
    bytes += own;
  }
  return parts;
}

/** The name of a file, its extension replaced. */
function withEnding(path: string, ending: string): string {
  const name = basename(path);
  return name.endsWith(ending) ? name : name.replace(/\.[^.]*$/, '') + ending;
}

/** True if names differ from each other and from those that are taken, also where case does not count. */
export function areFree(names: readonly string[], taken: readonly string[]): boolean {
  const all = [...names, ...taken].map((name) => name.toLowerCase());
  const isApart = new Set(all).size === names.length + new Set(all.slice(names.length)).size;
  return names.length > 0 && isApart;
}

/** Names as `model-00001-of-00002.safetensors`; `model-v2-…` and so on where they are taken. */
function numberedNames(count: number, { index, ending, taken }: ShardRules): string[] {
  const stem = index.replace(/\.index\.json$/i, '');
  const own = stem.toLowerCase().endsWith(ending) ? stem.slice(0, -ending.length) : stem;
  const five = (number: number) => `${number}`.padStart(5, '0');
  for (let version = 1; ; version++) {
    const start = version === 1 ? own : `${own}-v${version}`;
    const names = Array.from(
      { length: count },
      (_, i) => `${start}-${five(i + 1)}-of-${five(count)}${ending}`,
    );
    if (areFree(names, taken)) return names;
  }
}
