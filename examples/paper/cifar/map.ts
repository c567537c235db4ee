/**
 * Where does connectivity begin? A map over width and depth: plain convolutional networks with layer normalisation,
 * two seeds of each, trained alike on photographs of 16 × 16 pixels, with the barrier after weight matching at each
 * point of the grid. Beside the map: on which side of its edge PyTorch's VGG-16 and ResNet-20 lie.
 *
 *     npm run paper cifar map [-- --quick] [--widths 16,32] [--depths 2,3]
 *
 * With `--widths` or `--depths` the points of that grid are measured and shown with those of earlier runs.
 */
import { connectivityMapPlot } from 'perm-lmc/plots';
import { plainNetwork } from '../../support/layerNorm/architectures';
import { specOf } from '../../support/layerNorm/specOf';
import { keptValue } from '../support/cells';
import { openCifarStudy } from '../support/cifarStudy';
import { percent } from '../support/markdownTable';
import { numbersIn } from '../support/numbersIn';
import { connectivityMapOf } from './support/connectivityMapOf';
import { mapTable } from './support/mapTable';
import { type MeasuredPair, measuredPair, TOLERANCE } from './support/measuredPair';
import { pairsTable } from './support/pairsTable';
import { plainTraining } from './support/plainTraining';
import { pytorchPairs } from './support/pytorchPairs';
import { smallNetworks } from './support/smallNetworks';

/** The greatest depth × width² of the grid: a point there takes a quarter of an hour on one core. */
const AFFORDABLE = 2 ** 17;
/** The greatest error barrier of networks that count as connected in the map of the error. */
const ERROR_TOLERANCE = 0.01;

const study = await openCifarStudy('map', { widths: '', depths: '' });
const { quick, settings } = study;
const [widths, depths] = [
  given('widths') ?? (quick ? [8, 32] : [16, 32, 64, 128, 256]),
  given('depths') ?? (quick ? [2, 3] : [2, 3, 4, 6, 8]),
];
const chosen = settings.widths !== '' || settings.depths !== '';
const cost = ([depth, width]: readonly [number, number]) => depth * width ** 2;
/** The points from cheap to dear, so that an interrupted run already has a map. */
const grid = depths
  .flatMap((depth) => widths.map((width) => [depth, width] as const))
  .filter((point) => chosen || cost(point) <= AFFORDABLE)
  .sort((a, b) => cost(a) - cost(b));

const { trained, evaluator } = smallNetworks(study);
const points = () => study.cells<MeasuredPair>('points');
for (const [depth, width] of grid) {
  const network = plainNetwork(depth, width);
  await keptValue(points(), network.name, async () =>
    measuredPair(study, network.name, {
      spec: specOf(network),
      evaluate: evaluator(network),
      networks: await trained(network, [1, 2]),
    }),
  );
}
const measured = points().finished;
const others = await pytorchPairs(study);
const [loss, error] = [
  connectivityMapOf(measured, 'loss', TOLERANCE),
  connectivityMapOf(measured, 'error', ERROR_TOLERANCE),
];
study.finish({
  report: {
    ...{ study: 'map', quick, training: plainTraining(quick) },
    ...{ loss, error, points: measured, others },
  },
  tables: [
    `Loss barrier in nats, matched, by depth and width:\n\n${mapTable(loss)}`,
    `Error barrier, matched:\n\n${mapTable(error, percent)}`,
    pairsTable({ ...inOrder(measured), ...others }),
  ].join('\n\n'),
  figures: {
    'map-loss': connectivityMapPlot(loss, { metric: 'loss', scale: 'symlog' }),
    'map-error': connectivityMapPlot(error, { metric: 'error' }),
  },
});

/** Points by depth, then by width. */
function inOrder(pairs: Readonly<Record<string, MeasuredPair>>): Record<string, MeasuredPair> {
  const numbers = new Intl.Collator('en', { numeric: true });
  return Object.fromEntries(Object.entries(pairs).sort(([a], [b]) => numbers.compare(a, b)));
}

/** The numbers of a setting, undefined if it was not given. */
function given(setting: keyof typeof settings): number[] | undefined {
  return settings[setting] === '' ? undefined : numbersIn(setting, settings[setting]);
}
