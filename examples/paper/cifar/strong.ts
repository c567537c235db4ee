/**
 * Strong linear connectivity modulo permutation by width (Sharma et al. 2024), on CIFAR-10: are three networks
 * connected to each other with one permutation of each? The permutations come from matches to the first network and
 * from one joint match. Plain networks of two and of four layers, those of the map, and VGG-16 are trained on
 * photographs of 16 × 16 pixels; PyTorch's VGG-16 at 1/8 of the width is measured at 32 × 32.
 *
 *     npm run paper cifar strong [-- --quick] [--families plain2,plain4,vgg16]
 */
import type { LossPlaneReport } from 'perm-lmc';
import { lossPlanePlot, widthPlot } from 'perm-lmc/plots';
import { plainNetwork, vgg16 } from '../../support/layerNorm/architectures';
import type { LayerNormNetwork } from '../../support/layerNorm/layerNormNetwork';
import { specOf } from '../../support/layerNorm/specOf';
import { alignedPlane } from '../support/alignedPlane';
import { keptValue } from '../support/cells';
import { openCifarStudy } from '../support/cifarStudy';
import { strongTable } from '../support/strongTable';
import { type MeasuredThree, measuredThree } from './support/measuredThree';
import { type PlainTraining, plainTraining } from './support/plainTraining';
import { pytorchThree } from './support/pytorchThree';
import { smallNetworks } from './support/smallNetworks';

/** Networks of one kind by width, the channels of their first layer. */
interface Family {
  /** Its name on the command line, and in the figures. */
  readonly key: string;
  readonly name: string;
  readonly networks: readonly LayerNormNetwork[];
  /** Differences from the training of the map. */
  readonly training: Partial<PlainTraining>;
}

/** Thirteen layers need larger steps and more of them: six epochs. */
const DEEP = { steps: 2340, batchSize: 128, learningRate: 0.1, warmUp: 400 };

const study = await openCifarStudy('strong', { families: 'plain2,plain4,vgg16' });
const { quick, settings, say } = study;
const seeds = [1, 2, 3];
const plain = (depth: number, widths: readonly number[]): Family => ({
  key: `plain${depth}`,
  name: `plain, ${depth} layers`,
  networks: widths.map((width) => plainNetwork(depth, width)),
  training: {},
});
const all: readonly Family[] = quick
  ? [plain(2, [8, 32])]
  : [
      plain(2, [16, 32, 64, 128, 256]),
      plain(4, [16, 32, 64, 128]),
      { key: 'vgg16', name: 'VGG-16', networks: [16, 8, 4].map(vgg16), training: DEEP },
    ];
const families = all.filter(({ key }) => settings.families.split(',').includes(key));

const { trained, testEvaluator } = smallNetworks(study);
type Measured = { readonly label: string; readonly width: number; readonly report: MeasuredThree };
const results: Record<string, Measured[]> = {};
for (const { key, networks, training } of families) {
  results[key] = [];
  for (const network of networks) {
    const report = await threeOf(network, training);
    results[key].push({ label: network.name, width: widthOf(network), report });
  }
}
const pytorch = await pytorchThree(study);

const planar = plainNetwork(2, quick ? 32 : 64);
const { permutations, joint } = await threeOf(planar, {});
const plane = await planeOf('plane', permutations);
const jointPlane = await planeOf('joint plane', joint!.permutations);
study.finish({
  report: {
    ...{ study: 'strong', quick, seeds, training: plainTraining(quick) },
    ...{ results, pytorch, plane, jointPlane },
  },
  tables: strongTable('network', [
    ...Object.values(results).flat(),
    { label: 'vgg16-1/8, PyTorch', report: pytorch },
  ]),
  figures: {
    ...Object.fromEntries(
      families.map(({ key, name }) => [
        `strong-${key}`,
        widthPlot(results[key], {
          title: `Three networks on CIFAR-10: ${name}`,
          xLabel: 'width (channels of the first layer)',
        }),
      ]),
    ),
    'strong-plane': lossPlanePlot(plane, { metric: 'loss' }),
    'strong-plane-joint': lossPlanePlot(jointPlane, { metric: 'loss' }),
  },
});

/** The report on the networks of the three seeds, of which finished parts are kept. */
async function threeOf(
  network: LayerNormNetwork,
  training: Partial<PlainTraining>,
): Promise<MeasuredThree> {
  return measuredThree(study, network.name, {
    spec: specOf(network),
    evaluate: testEvaluator(network),
    networks: await trained(network, seeds, training),
  });
}

/** The channels of the first layer. */
function widthOf({ layers: [first] }: LayerNormNetwork): number {
  if (first.kind !== 'convolution') throw new Error('the first layer must be a convolution');
  return first.channels;
}

/** The loss on the plane through three plain networks with these permutations, kept as a cell. */
function planeOf(
  name: string,
  permutations: MeasuredThree['permutations'],
): Promise<LossPlaneReport<'loss' | 'error'>> {
  const kept = study.cells<LossPlaneReport<'loss' | 'error'>>(`${name} ${planar.name}`);
  return keptValue(kept, 'plane', async () => {
    say(`the ${name} through three networks ${planar.name}`);
    const networks = await trained(planar, seeds);
    const options = { spec: specOf(planar), evaluate: testEvaluator(planar) };
    return alignedPlane(networks, permutations, { ...options, points: quick ? 3 : 13 });
  });
}
