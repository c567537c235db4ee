/**
 * Pruning and permutations on CIFAR-10: two VGG-16 with layer norm, pruned level by level with rewinding, and the
 * barriers between them at every level: without a permutation, with the one found between the dense networks, with
 * the one found between the sparse networks of the level, and with the one found between the sparsest. Then masks
 * of B are moved into A's order by the dense permutation, and A is trained from its rewind point under them.
 *
 *     npm run paper cifar pruning [-- --quick] [--from scratch] [--size 16] [--epochs 16] [--levels 20]
 *
 * The dense networks are PyTorch's; `--from scratch` trains them. Two networks are trained side by side, one of
 * them in a child process.
 */
import { permutationsFrom } from 'perm-lmc';
import { openCifarStudy } from '../support/cifarStudy';
import { endWithParent, inChild } from '../support/inChild';
import { measureLevels } from './pruning/measureLevels';
import { measureMasks } from './pruning/measureMasks';
import { trainUnderMasks, writeMasks } from './pruning/movedMasks';
import { outcomeOf } from './pruning/outcomeOf';
import { pruneNetwork } from './pruning/pruneNetwork';
import { DEFAULTS, fullSetting, quickSetting } from './pruning/pruningSetting';

const study = await openCifarStudy('pruning', DEFAULTS);
const setting = study.quick ? quickSetting() : fullSetting(study.settings);
const work = { ...study, setting };
/** The parts of the work that two processes share: pruning by network, training under masks by order of the data. */
const parts: Record<string, (seed: number) => Promise<void>> = {
  prune: (seed) => pruneNetwork(work, seed),
  moved: (seed) => trainUnderMasks(work, seed),
};

if (study.settings.part === '') await whole();
else await partOf(study.settings.part);

async function whole(): Promise<void> {
  await sideBySide('prune', setting.seeds);
  const levels = await measureLevels(work);
  await writeMasks(work, permutationsFrom(levels.permutations[0]));
  await sideBySide('moved', setting.dataSeeds);
  const masks = await measureMasks(work);
  study.finish(outcomeOf(work, levels, masks));
}

async function sideBySide(part: string, [here, there]: readonly [number, number]): Promise<void> {
  await Promise.all([parts[part](here), inChild('pruning', `${part}-${there}`)]);
}

async function partOf(name: string): Promise<void> {
  endWithParent();
  const [part, seed] = name.split('-');
  await parts[part](Number(seed));
}
