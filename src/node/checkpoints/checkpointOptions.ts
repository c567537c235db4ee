import type { PrefixMappings } from './renamedBy';

/** Options for reading checkpoints, of every function that takes their paths. */
export interface CheckpointOptions {
  /**
   * A prefix to replace in the names of checkpoints, such as `{ from: 'module.', to: '' }`, or several. It
   * applies to each checkpoint whose names all begin with `from`. What is written has the names of the first
   * checkpoint as they are stored. Default: no name is changed.
   */
  renamePrefix?: PrefixMappings;
  /**
   * The entry of PyTorch files that holds the state dict, such as `'ema'` or `'generator.state_dict'`, in all of the
   * files. Other formats have no entries. Default: the first of `state_dict`, `model_state_dict`, `model`, `module`,
   * `net`, `network`, `params`, `weights`, `ema_state_dict`, `ema`, `model_ema` and `params_ema` that holds tensors,
   * itself or in one of these; else the file itself, unless an entry holds more tensors; else the only entry that
   * holds some.
   */
  key?: string;
}

/** The names of {@link CheckpointOptions}, for checks. */
export const CHECKPOINT_OPTIONS = { renamePrefix: true, key: true } as const;
