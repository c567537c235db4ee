/**
 * Strong linear connectivity modulo permutation by width (Sharma et al. 2024), on CIFAR-10: are three networks
 * connected to each other with one permutation of each? The permutations come from matches to the first network and
 * from one joint match. Plain networks of two and of four layers, those of the map, are trained on photographs of
 * 16 × 16 pixels; VGG-16 is measured at 32 × 32: PyTorch's at 1/8 of the width, and others that are trained here.
 *
 *     npm run paper cifar strong [-- --quick] [--plain2 16,32,64] [--plain4 16,32] [--vgg16 16,8,4]
 *
 * The options are the widths of the plain networks and the divisors of VGG-16's width. Without `--vgg16`, 1/4 is left
 * out, which takes hours to train.
 */
import type { LossPlaneReport } from 'perm-lmc';
import { lossPlanePlot, widthPlot } from 'perm-lmc/plots';
import { plainNetwork, vgg16 } from '../../support/layerNorm/architectures';
import type { LayerNormNetwork } from '../../support/layerNorm/layerNormNetwork';
import { specOf } from '../../support/layerNorm/specOf';
import { alignedPlane } from '../support/alignedPlane';
import { keptValue } from '../support/cells';
import { openCifarStudy } from '../support/cifarStudy';
import { numbersIn } from '../support/numbersIn';
import { strongTable } from '../support/strongTable';
import { type MeasuredThree, measuredThree } from './support/measuredThree';
import { plainTraining } from './support/plainTraining';
import { smallNetworks } from './support/smallNetworks';
import { vggThree } from './support/vggThree';

/** The families of networks in the titles of figures. */
const TITLES: Record<string, string> = {
  plain2: 'plain, 2 layers',
  plain4: 'plain, 4 layers',
  vgg16: 'VGG-16',
};

const study = await openCifarStudy('strong', {
  plain2: '16,32,64,128,256',
  plain4: '16,32,64,128',
  vgg16: '16,8',
});
const { quick, settings, say } = study;
const seeds = [1, 2, 3];
const { trained, testEvaluator } = smallNetworks(study);
type Measured = { readonly label: string; readonly width: number; readonly report: MeasuredThree };
const results: Record<string, Measured[]> = { plain2: [], plain4: [], vgg16: [] };
for (const [key, depth, chosen] of [
  ['plain2', 2, quick ? [8, 32] : numbersIn('plain2', settings.plain2)],
  ['plain4', 4, quick ? [] : numbersIn('plain4', settings.plain4)],
] as const) {
  for (const width of chosen) {
    const network = plainNetwork(depth, width);
    results[key].push({ label: network.name, width, report: await threeOf(network) });
  }
}
for (const divisor of quick ? [8] : numbersIn('vgg16', settings.vgg16)) {
  const report = await vggThree(study, divisor);
  results.vgg16.push({ label: vgg16(divisor).name, width: 64 / divisor, report });
}

const planar = plainNetwork(2, quick ? 32 : 64);
const { permutations, joint } = await threeOf(planar);
const plane = await planeOf('plane', permutations);
const jointPlane = await planeOf('joint plane', joint!.permutations);
study.finish({
  report: {
    ...{ study: 'strong', quick, seeds, training: plainTraining(quick) },
    ...{ results, plane, jointPlane },
  },
  tables: strongTable('network', Object.values(results).flat()),
  figures: {
    ...Object.fromEntries(
      Object.entries(results)
        .filter(([, { length }]) => length > 1)
        .map(([key, measured]) => [
          `strong-${key}`,
          widthPlot(measured, {
            title: `Three networks on CIFAR-10: ${TITLES[key]}`,
            xLabel: 'width (channels of the first layer)',
          }),
        ]),
    ),
    'strong-plane': lossPlanePlot(plane, { metric: 'loss' }),
    'strong-plane-joint': lossPlanePlot(jointPlane, { metric: 'loss' }),
  },
});

/** The report on the networks of the three seeds, of which finished parts are kept. */
async function threeOf(network: LayerNormNetwork): Promise<MeasuredThree> {
  return measuredThree(study, network.name, {
    spec: specOf(network),
    evaluate: testEvaluator(network),
    networks: await trained(network, seeds),
  });
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
