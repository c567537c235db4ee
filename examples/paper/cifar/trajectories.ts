/**
 * Simultaneous weak linear connectivity along training (Sharma et al. 2024), on VGG-16 at 1/8 of its width and
 * ResNet-20, with layer norm, trained on CIFAR-10 in PyTorch (examples/data/cifar), seeds 1 and 2.
 *
 * Measures the barrier at every step t with the permutation P_s of every step s; the units that P_s and the last P
 * pair alike; one permutation for several steps together; and, to see in which layers the alignment is decided,
 * permutations that were matched on hybrids with layers of an early step. Every permutation is used at the last step.
 *
 *     npm run paper cifar trajectories [-- --quick]
 */
import type { WeightMatchOptions } from 'perm-lmc';
import { matrixPlot, trajectoryPlot } from 'perm-lmc/plots';
import { cifarSample } from '../../support/cifar';
import { resnet20, vgg16 } from '../../support/layerNorm/architectures';
import { openCifarStudy } from '../support/cifarStudy';
import {
  measureTrajectories,
  type TrajectoryFindings,
} from '../support/trajectories/measureTrajectories';
import { pytorchTrajectories } from '../support/trajectories/pytorchTrajectories';
import { trajectoryTables } from '../support/trajectories/trajectoryTables';

const study = await openCifarStudy('trajectories');
const { quick } = study;
const matching: WeightMatchOptions = quick
  ? { method: 'coordinateDescent' }
  : { search: { rounds: 100 } };
const vgg = { family: 'vgg8', title: 'VGG-16, 1/8 of the width', network: vgg16(8) } as const;
const resnet = { family: 'r20', title: 'ResNet-20, width 16', network: resnet20(16) } as const;

const findings: TrajectoryFindings[] = [];
for (const pair of quick ? quickPairs() : fullPairs()) {
  findings.push(await measureTrajectories(study, pair));
}
study.finish({
  report: { study: 'cifar trajectories', quick, seeds: [1, 2], findings },
  tables: findings.map(trajectoryTables).join('\n\n'),
  figures: Object.assign({}, ...findings.map(figuresOf)),
});

function quickPairs() {
  const steps = [0, 200, 1560, 6240];
  const photos = cifarSample(0, 100);
  return [
    pytorchTrajectories({ ...vgg, matching, photos, steps, points: 3, early: 200, windows: [3] }),
  ];
}

function fullPairs() {
  const settings = { matching, windows: [3, 4, 6] };
  const photos = cifarSample();
  return [
    pytorchTrajectories({ ...vgg, ...settings, photos, points: 11, early: 200 }),
    pytorchTrajectories({ ...resnet, ...settings, photos, points: 5, early: 200 }),
  ];
}

function figuresOf({ name, report }: TrajectoryFindings): Record<string, string> {
  return {
    [`cifar-trajectory-${name}`]: trajectoryPlot(report, { metric: 'error', scale: 'symlog' }),
    [`cifar-trajectory-matrix-${name}`]: matrixPlot(report, { metric: 'error' }),
  };
}
