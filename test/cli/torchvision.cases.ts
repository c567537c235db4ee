import { execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCommand } from './builtCommand';
import { temporaryFolder } from './checkpoints';

const script = fileURLToPath(new URL('../../scripts/torchvisionCheckpoints.py', import.meta.url));
const server = spawn('/usr/bin/python3', [script, 'serve'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
afterAll(() => server.stdin.end());
const answers = createInterface(server.stdout)[Symbol.asyncIterator]();

/** Has PyTorch do this; it answers in the order in which it is asked. */
async function python(...words: string[]): Promise<void> {
  server.stdin.write(`${JSON.stringify(words)}\n`);
  expect((await answers.next()).value).toBe('done');
}

const command = await buildCommand();
afterAll(() => command.remove());
const at = temporaryFolder();

/** The smallest model of each family, in its full size. All take about five minutes of CPU, VGG a sixth of it. */
const models = [
  ...['resnet18', 'wide_resnet50_2', 'resnext50_32x4d', 'vgg11_bn', 'alexnet'],
  ...['densenet121', 'mobilenet_v2', 'mobilenet_v3_small', 'mnasnet0_5', 'efficientnet_b0'],
  ...['efficientnet_v2_s', 'convnext_tiny', 'vit_b_16', 'swin_t', 'swin_v2_t', 'squeezenet1_1'],
  ...['shufflenet_v2_x0_5', 'googlenet', 'inception_v3', 'regnet_x_400mf', 'regnet_y_400mf'],
];

describe('perm-lmc merge of two checkpoints that torch.save wrote', () => {
  // While PyTorch writes the next ones, the command merges.
  it.concurrent.each(models)('writes one of %s that PyTorch loads', async (name) => {
    const [a, b, output] = ['a', 'b', 'merged'].map((file) => at(`${name}-${file}.pth`));
    await python('write', name, a, b);
    // One sweep: the quality of matches is tested elsewhere.
    const quick = ['--method', 'coordinateDescent', '--start', 'identity', '--max-sweeps', '1'];
    const words = [command.path, 'merge', a, b, ...quick, '-o', output];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    const { tensors, spec } = JSON.parse(stdout);
    expect(tensors).toBeGreaterThan(0);
    expect(spec).not.toBe('');
    await python('check', name, output);
    for (const file of [a, b, output]) rmSync(file);
  });
});
