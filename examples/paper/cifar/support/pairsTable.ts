import { markdownTable, percent } from '../../support/markdownTable';
import type { MeasuredPair } from './measuredPair';

/** A table of pairs of networks by name: errors, barriers, and whether the pair is connected. */
export function pairsTable(pairs: Readonly<Record<string, MeasuredPair>>): string {
  return markdownTable(
    [
      'network',
      'test errors',
      'loss barrier, unmatched',
      'matched',
      'on training images',
      'error barrier, unmatched',
      'matched',
      'connected',
    ],
    Object.entries(pairs).map(
      ([
        name,
        {
          pairs: [pair],
          verdict,
        },
      ]) => {
        const { unmatched, matched } = pair;
        const ends = [matched.error.values[0], matched.error.values.at(-1)!];
        return [
          name,
          ends.map((error) => percent(error)).join(', '),
          unmatched.loss.max.toFixed(3),
          matched.loss.max.toFixed(3),
          matched.trainLoss.max.toFixed(3),
          percent(unmatched.error.max),
          percent(matched.error.max),
          verdict.holds ? 'yes' : 'no',
        ];
      },
    ),
  );
}
