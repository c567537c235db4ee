import type { ModelConfig } from 'perm-lmc';
import { type Recognition, recogniseShapes } from '../../../src/architectures/internal';
import { torchvisionShapes } from './torchvisionFixtures';

const shapes = torchvisionShapes();

/** The recognition of a model of torchvision that lacks the parameters whose names begin so. */
export function recognisedWithout(
  lacking: string,
  model: string,
  config: ModelConfig | null = null,
): Recognition {
  const kept = Object.entries(shapes[model]).filter(([name]) => !name.startsWith(lacking));
  return recogniseShapes({ shapes: Object.fromEntries(kept), config });
}
