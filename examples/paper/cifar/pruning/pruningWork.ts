import type { CifarStudy } from '../../support/cifarStudy';
import type { PruningSetting } from './pruningSetting';

/** The setting of the study, and its folder of results. */
export interface PruningWork
  extends Pick<CifarStudy, 'cells' | 'follow' | 'path' | 'say' | 'quick'> {
  readonly setting: PruningSetting;
}
