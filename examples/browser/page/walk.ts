import type { BarrierReport } from 'perm-lmc';
import type { MeasuredPoint, PlainNetwork } from '../protocol';
import { showDigits } from './digitsView';
import { find, showText } from './dom';
import { lineChart, type Series } from './lineChart';
import type { Session } from './session';
import { nats, percent } from './words';

/** The order of B's units. */
type UnitOrder = 'trained' | 'aligned';

/** Step 2: the line from A to B, and the networks on it. */
export interface WalkPart {
  /** Measures the line from A to B in this order of units, with a live chart. */
  measure(order: UnitOrder, signal: AbortSignal): Promise<BarrierReport<'loss' | 'error'>>;
  /** Clears the measurements of earlier networks. */
  clear(): void;
  /** Enables the slider, with B in this order. */
  open(order: UnitOrder): void;
  refresh(): void;
}

/** The number of test digits that are shown. */
const SHOWN = 20;

const labels: Record<UnitOrder, string> = { trained: 'B as trained', aligned: 'B in A’s order' };

export function setUpWalk(session: Session): WalkPart {
  const { engine, desk, digits, settings } = session;
  const slider = find('alpha', HTMLInputElement);
  const result = find('alpha-result', HTMLElement);
  const radios = [...document.querySelectorAll<HTMLInputElement>('#units input')];
  // The same curves in two places: at the slider, and in the step that aligns B.
  const charts = ['line-chart', 'barrier-chart'].map((id) =>
    lineChart(find(id, HTMLElement), {
      xLabel: id === 'line-chart' ? '' : 'α, from A to B',
      yLabel: 'test loss',
      empty: 'Train A and B first',
    }),
  );
  const show = showDigits(find('digits', HTMLOListElement), digits.test, SHOWN);
  const curves = new Map<UnitOrder, [number, number][]>();
  let isAsking = false;

  const order = () => radios.find(({ checked }) => checked)!.value as UnitOrder;
  const target = (which: UnitOrder): PlainNetwork | undefined => {
    const networks = session.networks;
    return which === 'aligned' ? networks?.alignedB : networks?.b;
  };

  function drawLines(): void {
    const series = [...curves].map(
      ([which, points]): Series => ({ name: labels[which], className: which, points }),
    );
    const highest = series.map(
      ({ name, points }) => `${name}: at most ${nats(Math.max(...points.map(([, loss]) => loss)))}`,
    );
    const content = {
      series,
      x: [0, 1] as const,
      marker: slider.disabled ? null : slider.valueAsNumber,
      description:
        highest.length > 0
          ? `Test loss in nats on the line from A to B. ${highest.join('; ')}.`
          : 'Test loss on the line from A to B: not measured yet.',
    };
    for (const draw of charts) draw(content);
  }

  /** Classifies digits by the network at the slider, and again if the slider has moved meanwhile. */
  async function ask(): Promise<void> {
    const [alpha, which] = [slider.valueAsNumber, order()];
    slider.setAttribute('aria-valuetext', `alpha ${alpha}`);
    drawLines();
    const [a, b] = [session.networks?.a, target(which)];
    if (isAsking || !a || !b) return;
    isAsking = true;
    try {
      const input = { a, b, alpha, count: Math.min(SHOWN, digits.test.count) };
      const { probabilities, loss, error } = await engine.call('classify', input);
      show(probabilities);
      const network = alpha === 0 ? 'A itself' : alpha === 1 ? 'B itself' : 'the merged network';
      const measured = `loss ${nats(loss)}, misreads ${percent(error)} of ${digits.test.count} test digits`;
      slider.setAttribute('aria-valuetext', `alpha ${alpha}: ${measured}`);
      showText(result, `α = ${alpha.toFixed(2)}, ${network}, ${labels[which]}: ${measured}.`);
    } catch (reason) {
      if (!['AbortError', 'LostError'].includes((reason as Error).name))
        desk.fail((reason as Error).message);
      return;
    } finally {
      isAsking = false;
    }
    if (alpha !== slider.valueAsNumber || which !== order()) await ask();
  }

  slider.addEventListener('input', () => void ask());
  for (const radio of radios) radio.addEventListener('change', () => void ask());

  return {
    measure(which, signal) {
      const points: [number, number][] = [];
      curves.set(which, points);
      desk.say(`Measuring the loss from A to ${labels[which]}.`);
      const { a } = session.networks!;
      const input = { a, b: target(which)!, points: settings.points };
      const onProgress = ({ weights, loss, done, total }: MeasuredPoint) => {
        points.push([weights[1], loss]);
        desk.progress(done / total, `point ${done} of ${total}, loss ${nats(loss)}`);
        drawLines();
      };
      return engine.call('line', input, { signal, onProgress });
    },
    clear() {
      curves.clear();
      slider.disabled = true;
      for (const radio of radios) radio.disabled = true;
      showText(result, '');
      show(null);
      drawLines();
    },
    open(which) {
      slider.disabled = false;
      for (const radio of radios) {
        radio.disabled = !target(radio.value as UnitOrder);
        radio.checked = radio.value === which;
      }
      void ask();
    },
    refresh: drawLines,
  };
}
