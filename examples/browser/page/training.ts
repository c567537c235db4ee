import type { PlainNetwork } from '../protocol';
import { find, onPress, setPressable, showText } from './dom';
import { lineChart, type Series } from './lineChart';
import type { Session } from './session';
import { nats } from './words';

/** Training of the networks, with a live chart. */
export interface TrainingPart {
  /** Trains the third network, as wide as A and B; its curve joins theirs. */
  trainThird(signal: AbortSignal): Promise<PlainNetwork>;
  refresh(): void;
}

/**
 * Step 1: trains A and B, with a live chart.
 *
 * @param onTrained - Called within the same long work.
 */
export function setUpTraining(
  session: Session,
  onTrained: (signal: AbortSignal) => Promise<void>,
): TrainingPart {
  const { engine, desk, settings } = session;
  const button = find('train', HTMLButtonElement);
  const width = find('width', HTMLSelectElement);
  const result = find('training-result', HTMLElement);
  const draw = lineChart(find('training-chart', HTMLElement), {
    xLabel: 'training steps',
    yLabel: 'training loss',
    empty: 'No network is trained yet',
  });
  let curves: Series[] = [];
  let steps = 1;
  let round = -1;
  let units = 0;

  const show = () => {
    const ends = curves.flatMap(({ name, points }) =>
      points.length > 0 ? [`${name} is at ${nats(points.at(-1)![1])} nats`] : [],
    );
    const description = `Training loss: ${ends.join(', ') || 'nothing is trained yet'}.`;
    draw({ series: curves, x: [0, steps], description });
  };

  /** Runs `work`. If it fails or is cancelled, the chart is restored. */
  async function orAsBefore<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = { curves, units };
    try {
      return await work();
    } catch (error) {
      ({ curves, units } = before);
      show();
      throw error;
    }
  }

  async function train(name: 'A' | 'B' | 'C', signal: AbortSignal): Promise<PlainNetwork> {
    const points: [number, number][] = [];
    const className = `network-${name.toLowerCase()}`;
    curves = [...curves.filter((curve) => curve.name !== name), { name, className, points }];
    desk.say(`Training network ${name}.`);
    return engine.call(
      'train',
      {
        width: units,
        seed: 3 * round + 'ABC'.indexOf(name) + 1,
        epochs: settings.epochs,
        batchSize: settings.batchSize,
        learningRate: settings.learningRate,
      },
      {
        signal,
        onProgress({ step, steps: all, loss }) {
          steps = all;
          points.push([step, loss]);
          desk.progress(step / all, `step ${step} of ${all}, loss ${nats(loss)}`);
          show();
        },
      },
    );
  }

  onPress(button, async () => {
    await desk.during(async (signal) => {
      round++;
      session.networks = await orAsBefore(async () => {
        curves = [];
        units = Number(width.value);
        return { a: await train('A', signal), b: await train('B', signal) };
      });
      showText(result, '');
      await onTrained(signal);
    });
    button.textContent = session.networks ? 'Train A and B again' : 'Train A and B';
  });

  return {
    trainThird: (signal) => orAsBefore(() => train('C', signal)),
    refresh() {
      setPressable(button, session.isReady && !desk.isBusy);
      width.disabled = desk.isBusy;
    },
  };
}
