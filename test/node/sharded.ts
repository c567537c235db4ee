import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Params } from 'perm-lmc';
import { writeSafetensors } from 'perm-lmc/node';

/** Writes params as a checkpoint of two shards, and returns the path of its index. */
export async function sharded(folder: string, name: string, params: Params): Promise<string> {
  const names = Object.keys(params);
  const half = Math.ceil(names.length / 2);
  const weightMap: Record<string, string> = {};
  for (const [i, own] of [names.slice(0, half), names.slice(half)].entries()) {
    const file = `${name}-${i + 1}-of-2.safetensors`;
    const shard = Object.fromEntries(own.map((each) => [each, params[each]]));
    await writeSafetensors(join(folder, file), shard, { overwrite: true });
    for (const each of own) weightMap[each] = file;
  }
  const path = join(folder, `${name}.safetensors.index.json`);
  writeFileSync(path, JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }));
  return path;
}
