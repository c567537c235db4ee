import { describeStep } from './describeStep';
import { find, onPress, setPressable, showText } from './dom';
import { lineChart } from './lineChart';
import type { Session } from './session';
import { count, nats } from './words';

/**
 * Step 3: aligns B to A, with a live chart.
 *
 * @param onAligned - Called within the same long work. It resolves to the remaining barrier.
 */
export function setUpAligning(
  session: Session,
  onAligned: (signal: AbortSignal) => Promise<number>,
): { clear(): void; refresh(): void } {
  const { engine, desk } = session;
  const button = find('align', HTMLButtonElement);
  const result = find('match-result', HTMLElement);
  const again = find('walk-again', HTMLElement);
  const draw = lineChart(find('match-chart', HTMLElement), {
    xLabel: 'steps, one layer each',
    yLabel: 'similarity of A and B',
    empty: 'The similarity of A and B will appear here',
    fromZero: true,
  });

  function show(history: readonly (readonly [number, number])[]): void {
    const [first, last] = [history[0], history.at(-1)];
    draw({
      series: [{ name: 'similarity', className: 'aligned', points: history }],
      x: [0, Math.max(1, history.length - 1)],
      description:
        first && last
          ? `Similarity of A and B, from ${first[1].toFixed(1)} to ${last[1].toFixed(1)}.`
          : 'No match yet.',
    });
  }

  function clear(): void {
    draw({ series: [], x: [0, 1], description: 'No match yet.' });
    showText(result, '');
    again.hidden = true;
  }

  onPress(button, () =>
    desk.during(async (signal) => {
      const { a, b } = session.networks!;
      const history: [number, number][] = [];
      desk.say('Aligning B to A.');
      const matched = await engine.call(
        'align',
        { a, b },
        {
          signal,
          onProgress(step) {
            history.push([step.step, step.objective]);
            desk.say(
              'Aligning B to A.',
              `${describeStep(step, 'layer')}: ${step.objective.toFixed(2)}`,
            );
            show(history);
          },
        },
      );
      show(matched.history.map((objective, step) => [step, objective]));
      session.networks = { ...session.networks!, alignedB: matched.aligned };
      const [before, after] = [matched.history[0], matched.history.at(-1)!];
      const barrier = await onAligned(signal);
      showText(
        result,
        `${matched.moved} of ${count(matched.units, 'unit')} have a new place. The similarity, the sum of the products of A’s and B’s weights, rose from ${before.toFixed(1)} to ${after.toFixed(1)}, and the barrier fell to ${nats(barrier)} nats. B computes the same function as before.`,
      );
      again.hidden = false;
    }),
  );

  return {
    clear,
    refresh: () =>
      setPressable(button, session.isReady && session.networks !== null && !desk.isBusy),
  };
}
