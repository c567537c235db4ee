import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { permutationSpec } from 'perm-lmc';
import { permuteFile } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/checkpoints';
import { fixture } from '../io/pytorch/fixture';

/** The Python that has PyTorch. */
const PYTHON = process.env.TORCH_PYTHON ?? '/usr/bin/python3';
const isInstalled = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const at = temporaryFolder();
const pathOf = (name: string) => fileURLToPath(fixture(name));
const spec = permutationSpec({}, { unlisted: 'fixed' });

/** Compares a file, loaded by PyTorch, with another one that PyTorch wrote. */
const COMPARE = `
import collections, inspect, sys, torch
options = {'weights_only': True} if 'weights_only' in inspect.signature(torch.load).parameters else {}
state, expected = torch.load(sys.argv[1], **options), torch.load(sys.argv[2])
assert type(state) is collections.OrderedDict, type(state)
assert list(state) == list(expected), list(state)
assert getattr(state, '_metadata', None) == getattr(expected, '_metadata', None), state._metadata
for name, tensor in expected.items():
    own = state[name]
    assert own.dtype == tensor.dtype and own.shape == tensor.shape, name
    assert own.is_contiguous() and torch.equal(own, tensor.contiguous()), name
print('equal')
`;

// With PyTorch (apt-get install python3-torch): the long form of the tests installs it.
describe.skipIf(!isInstalled)('PyTorch loads', () => {
  it.each([
    ['state.pt', 'written.pt'],
    ['state.pt', 'written.bin'],
    ['legacy.pt', 'of-legacy.pth'],
    ['types.pt', 'types.pt'],
    ['views.pt', 'views.pt'],
  ])('%s, written as %s, with the same values', async (input, output) => {
    await permuteFile(spec, pathOf(input), {}, at(output));
    const printed = execFileSync(PYTHON, ['-c', COMPARE, at(output), pathOf(input)]);
    expect(String(printed)).toContain('equal');
  });

  it('the state dict into its model', async () => {
    await permuteFile(spec, pathOf('trainer.pt'), {}, at('trained.pt'));
    const load = `
import sys, torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.bn, self.out = torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)
print(Net().load_state_dict(torch.load(sys.argv[1])))
`;
    expect(String(execFileSync(PYTHON, ['-c', load, at('trained.pt')]))).toContain(
      'All keys matched',
    );
  });
});
