import { optional } from '../../optional';
import { linear } from '../linear';
import type { TransformerForm } from '../transformer';

/** A classifier beside a pooler, which reads the pooled state or that of each token: the class alone shows which. */
export const openClassifier: TransformerForm = {
  classes: [],
  open: {
    has: ['pooler.dense.weight', 'classifier.weight'],
    warning:
      "the names do not show whether the classifier reads the pooled state or each token's, so the units of both are permuted alike. Pass the configuration (config.json) with its 'architectures'",
  },
  inside: optional(linear('pooler.dense', 'stream', 'stream')),
  outside: optional(linear('classifier', 'labels', 'stream')),
};
