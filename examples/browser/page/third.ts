import type { MeasuredPoint, PlainNetwork } from '../protocol';
import { find, onPress, setPressable, showText } from './dom';
import type { Session } from './session';
import type { TrainingPart } from './training';
import { type TrianglePoint, triangleChart } from './triangleChart';
import { nats } from './words';

/** The largest rise of the loss, in nats, at which networks count as connected. */
const TOLERANCE = 0.1;

/** Step 4: a third network, and the triangle of the three before and after. */
export function setUpThird(
  session: Session,
  training: TrainingPart,
): { clear(): void; refresh(): void } {
  const { engine, desk, settings } = session;
  const button = find('third', HTMLButtonElement);
  const result = find('triangle-result', HTMLElement);
  const scale = find('triangle-scale', HTMLElement);
  const charts = {
    before: triangleChart(
      find('triangle-before', HTMLElement),
      'A, B and C as trained',
      settings.resolution,
    ),
    after: triangleChart(
      find('triangle-after', HTMLElement),
      'A, B and C in A’s order',
      settings.resolution,
    ),
  };

  function clear(): void {
    const nothing = { points: [], highest: 0, description: 'not measured yet' };
    charts.before(nothing);
    charts.after(nothing);
    showText(result, '');
    scale.hidden = true;
  }

  /** Measures one triangle, with a live chart. The scale of colours ends at `highest`, or at the greatest value if that is larger. */
  async function measure(
    which: 'before' | 'after',
    networks: readonly PlainNetwork[],
    signal: AbortSignal,
    highest = 0,
  ) {
    const rises: { weights: readonly number[]; loss: number }[] = [];
    const show = (points: readonly TrianglePoint[], description: string) =>
      charts[which]({
        points,
        highest: Math.max(highest, ...points.map(({ value }) => value)),
        description,
      });
    const onProgress = ({ weights, loss, done, total }: MeasuredPoint) => {
      rises.push({ weights, loss });
      desk.progress(done / total, `point ${done} of ${total}, loss ${nats(loss)}`);
      show(
        rises.map((point) => ({ weights: point.weights, value: point.loss })),
        'measuring the loss',
      );
    };
    const input = { networks, resolution: settings.resolution };
    const report = await engine.call('triangle', input, { signal, onProgress });
    const points = report.weights.map((weights, i) => ({ weights, value: report.loss.barrier[i] }));
    show(points, `rises by at most ${nats(report.loss.max)} nats`);
    return report;
  }

  onPress(button, () =>
    desk.during(async (signal) => {
      clear();
      const { a, b, alignedB } = session.networks!;
      const c = await training.trainThird(signal);
      desk.say('Aligning C to A.');
      const { aligned: alignedC } = await engine.call('align', { a, b: c }, { signal });
      desk.say('Measuring the triangle of A, B and C as they were trained.');
      const before = await measure('before', [a, b, c], signal);
      desk.say('Measuring the triangle with B and C in A’s order.');
      const after = await measure('after', [a, alignedB!, alignedC], signal, before.loss.max);
      find('scale-high', HTMLElement).textContent =
        `${nats(before.loss.max)} nats above the corners`;
      scale.hidden = false;
      showText(result, verdict(before.loss.max, after.loss.max, after.loss.argmax));
      desk.say('The triangle is measured.');
    }),
  );

  return {
    clear,
    refresh: () =>
      setPressable(
        button,
        session.isReady && !desk.isBusy && session.networks?.alignedB !== undefined,
      ),
  };
}

function verdict(before: number, after: number, argmax: readonly number[]): string {
  const where = argmax.map((weight, i) => `${Math.round(100 * weight)} % ${'ABC'[i]}`).join(', ');
  const holds = after <= TOLERANCE;
  return `As trained, the loss rises by up to ${nats(before)} nats between the corners. With one order for each network, it rises by up to ${nats(after)} nats (at ${where}). ${
    holds
      ? `That is within ${TOLERANCE}: the three are strongly connected.`
      : `That is more than ${TOLERANCE}: by this measure, the three are not strongly connected yet. Wider networks come closer.`
  }`;
}
