/**
 * Simultaneous weak linear connectivity along training (Sharma et al. 2024), on VGG-16 at 1/8 of its width and
 * ResNet-20, with layer norm, trained on CIFAR-10 in PyTorch (examples/data/cifar), seeds 1 and 2.
 *
 * Measures the barrier at every step t with the permutation P_s of every step s; the units that P_s and the last P
 * pair alike; one permutation for several steps together; and, to see in which layers an alignment is decided,
 * permutations that were matched on hybrids with layers of an early step.
 *
 *     npm run paper cifar trajectories [-- --quick] [--families vgg8,r20] [--every 1]
 *
 * `--families` are the networks; with `--every 3` hybrids are made at every third layer only.
 */
import type { WeightMatchOptions } from 'perm-lmc';
import { cifarSample } from '../../support/cifar';
import { resnet20, vgg16 } from '../../support/layerNorm/architectures';
import type { LayerNormNetwork } from '../../support/layerNorm/layerNormNetwork';
import { loadCifar } from '../../support/loadCifar';
import { wasmEvaluator } from '../../support/training/wasmEvaluator';
import { choicesIn } from '../support/choicesIn';
import { openCifarStudy } from '../support/cifarStudy';
import { countIn } from '../support/countIn';
import {
  measureTrajectories,
  type TrajectoryFindings,
} from '../support/trajectories/measureTrajectories';
import { pytorchTrajectories } from '../support/trajectories/pytorchTrajectories';
import { trajectoryFigures } from '../support/trajectories/trajectoryFigures';
import type { TrajectoryPair } from '../support/trajectories/trajectoryPair';
import { trajectoryTables } from '../support/trajectories/trajectoryTables';

/** Coordinate descent from the identity in random order, the matching of the paper. */
const DESCENT: WeightMatchOptions = { start: 'identity', method: 'coordinateDescent' };

const study = await openCifarStudy('trajectories', { families: 'vgg8,r20', every: '1' });
const vgg = { family: 'vgg8', title: 'VGG-16, 1/8 of the width', network: vgg16(8) } as const;
const resnet = { family: 'r20', title: 'ResNet-20, width 16', network: resnet20(16) } as const;

const findings: TrajectoryFindings[] = [];
for (const pair of study.quick ? quickPairs() : fullPairs())
  findings.push(await measureTrajectories(study, pair));
study.finish({
  report: { study: 'cifar trajectories', quick: study.quick, seeds: [1, 2], findings },
  tables: findings.map(trajectoryTables).join('\n\n'),
  figures: Object.assign({}, ...findings.map(trajectoryFigures)),
});

function quickPairs(): TrajectoryPair[] {
  const measured = { photos: cifarSample(0, 100), points: 3, steps: [0, 200, 1560, 6240] };
  const settings = { matching: DESCENT, further: {}, early: 200, everyLayer: 4, windows: [1, 3] };
  return [pytorchTrajectories({ ...vgg, ...measured, ...settings })];
}

/** The chosen families. Matches search for 100 rounds. `chosen by loss` takes the optimum with the least loss on training images. */
function fullPairs(): TrajectoryPair[] {
  const matching = { search: { rounds: 100 } };
  const { families, every } = study.settings;
  const chosen = choicesIn('families', families, [vgg.family, resnet.family]);
  const everyLayer = countIn('every', every);
  const { train, test } = loadCifar({ train: 500, test: 1000 });
  const settings = { matching, early: 200, everyLayer, windows: [1, 3, 4, 6] };
  const furtherOf = (network: LayerNormNetwork) => ({
    'plain descent': DESCENT,
    'chosen by loss': { search: { rounds: 300, evaluate: wasmEvaluator(network, train) } },
  });
  return [
    pytorchTrajectories({
      ...{ ...vgg, ...settings, further: furtherOf(vgg.network) },
      ...{ photos: test, points: 11 },
    }),
    pytorchTrajectories({
      ...{ ...resnet, ...settings, further: furtherOf(resnet.network) },
      ...{ photos: cifarSample(), points: 5 },
    }),
  ].filter((_, i) => chosen.includes([vgg, resnet][i].family));
}
