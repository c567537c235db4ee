import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Params } from 'perm-lmc';
import { readSafetensors } from 'perm-lmc/node';

/** The networks of examples/data/cifar, trained in PyTorch: `vgg8` and `vgg4` are VGG-16 at 1/8 and 1/4. */
export type PytorchFamily = 'vgg8' | 'vgg4' | 'r20';

const folder = fileURLToPath(new URL('../data/cifar/', import.meta.url));

/** The steps at which there is a checkpoint of a network, ascending. */
export function pytorchSteps(family: PytorchFamily, seed: number): number[] {
  const name = new RegExp(`^${family}_s${seed}_(\\d+)\\.safetensors$`);
  return readdirSync(folder)
    .flatMap((file) => name.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((s, t) => s - t);
}

/** The parameters of a network at a step, by default its last. The caller disposes them. */
export async function pytorchNetwork(
  family: PytorchFamily,
  seed: number,
  step = pytorchSteps(family, seed).at(-1),
): Promise<Params> {
  const path = `${folder}${family}_s${seed}_${step}.safetensors`;
  if (!existsSync(path))
    throw new Error(`examples/data/cifar has no ${family}, seed ${seed}, at step ${step}`);
  return (await readSafetensors(path)).params;
}
