import { find, onPress, setPressable } from './dom';
import { matrixGrid } from './matrixGrid';
import type { Session } from './session';
import type { Snapshots } from './snapshots';
import { nats } from './words';

/**
 * The matrix s × t: the networks of every step, with the permutation found at every step.
 *
 * @param onChoose - Called with the steps of a cell that the visitor presses; s is null for no permutation.
 */
export function setUpMatrix(
  session: Session,
  snapshots: Snapshots,
  onChoose: (s: number | null, t: number) => void,
): { select(s: number | null, t: number): void; refresh(): void } {
  const { engine, desk } = session;
  const { steps } = snapshots;
  const button = find('matrix', HTMLButtonElement);
  const grid = matrixGrid(find('matrix-grid', HTMLElement), steps, {
    readout: find('matrix-readout', HTMLElement),
    highest: find('matrix-highest', HTMLElement),
    onChoose,
  });

  onPress(button, () =>
    desk.during(async (signal) => {
      grid.clear();
      const a = [];
      const b = [];
      for (const step of steps) {
        desk.say('Loading the networks of all steps.', `step ${step}`);
        const pair = await snapshots.pair(step, signal);
        a.push(pair.a);
        b.push(pair.b);
      }
      desk.say('Measuring the matrix.');
      await engine.call(
        'matrix',
        { a, b, steps },
        {
          signal,
          onProgress(cell) {
            const { loss, done, total } = cell;
            desk.progress(done / total, `cell ${done} of ${total}, loss barrier ${nats(loss)}`);
            grid.show(cell);
          },
        },
      );
      desk.say('The matrix is measured.');
    }),
  );

  return {
    select: grid.select,
    refresh: () => setPressable(button, session.isReady && !desk.isBusy),
  };
}
