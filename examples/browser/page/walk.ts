import type { BarrierReport } from 'perm-lmc';
import type { MeasuredPoint, PlainNetwork, Subject } from '../protocol';
import { find, showText } from './dom';
import { lineChart, type Series } from './lineChart';
import { type Picture, showPictures } from './picturesView';
import type { Networks, Session } from './session';
import { nats, percent } from './words';

/** The order of B's units. */
type UnitOrder = 'trained' | 'aligned';

/** The line from A to B, and the networks on it. */
export interface WalkPart {
  /** Measures the line from A to B in this order of units, with a live chart. */
  measure(order: UnitOrder, signal: AbortSignal): Promise<BarrierReport<'loss' | 'error'>>;
  /** Clears the measurements of earlier networks. */
  clear(): void;
  /** Enables the slider, with B in this order. */
  open(order: UnitOrder): void;
  refresh(): void;
}

/** The subject of a walk, and its place on the page. */
export interface WalkOptions {
  readonly subject: Subject;
  /** The beginning of the ids of the walk's elements: `alpha`, `alpha-result`, `units` and `pictures`. */
  readonly prefix: string;
  /** The ids of the charts, which show the same curves. The first is above the slider. */
  readonly charts: readonly string[];
  /** The metric of the charts: the loss in nats, or the error in percent. */
  readonly metric: 'loss' | 'error';
  /** The text of the charts while there is no curve. */
  readonly empty: string;
  readonly points: number;
  /** The number of test images. */
  readonly count: number;
  readonly pictures: readonly Picture[];
  /** The names of the classes. */
  readonly names: readonly string[];
  /** The current networks; null if there are none. */
  networks(): Networks | null;
}

const labels: Record<UnitOrder, string> = { trained: 'B as trained', aligned: 'B in A’s order' };

/** The charts of the two metrics: their title, the label of the axis, a value on it, and that value in words. */
const metrics = {
  loss: {
    title: 'Test loss in nats',
    label: 'test loss',
    height: (loss: number) => loss,
    words: nats,
  },
  error: {
    title: 'Share misread',
    label: 'misread, %',
    height: (error: number) => 100 * error,
    words: (height: number) => `${height.toFixed(1)} %`,
  },
};

/** A chart of the line from A to B, a slider along it, and pictures that the network at the slider classifies. */
export function setUpWalk({ engine, desk }: Session, options: WalkOptions): WalkPart {
  const { subject, prefix, pictures, names } = options;
  const metric = metrics[options.metric];
  const slider = find(`${prefix}alpha`, HTMLInputElement);
  const result = find(`${prefix}alpha-result`, HTMLElement);
  const radios = [...document.querySelectorAll<HTMLInputElement>(`#${prefix}units input`)];
  const charts = options.charts.map((id, i) =>
    lineChart(find(id, HTMLElement), {
      xLabel: i === 0 ? '' : 'α, from A to B',
      yLabel: metric.label,
      empty: options.empty,
    }),
  );
  const show = showPictures(find(`${prefix}pictures`, HTMLOListElement), pictures, names);
  const curves = new Map<UnitOrder, [number, number][]>();
  let isAsking = false;

  const order = () => radios.find(({ checked }) => checked)!.value as UnitOrder;
  const target = (which: UnitOrder): PlainNetwork | undefined => {
    const networks = options.networks();
    return which === 'aligned' ? networks?.alignedB : networks?.b;
  };

  function drawLines(): void {
    const series = [...curves].map(
      ([which, points]): Series => ({ name: labels[which], className: which, points }),
    );
    const highest = series.map(
      ({ name, points }) =>
        `${name}: at most ${metric.words(Math.max(...points.map(([, height]) => height)))}`,
    );
    const title = `${metric.title} on the line from A to B`;
    const content = {
      series,
      x: [0, 1] as const,
      marker: slider.disabled ? null : slider.valueAsNumber,
      description:
        highest.length > 0 ? `${title}. ${highest.join('; ')}.` : `${title}: not measured yet.`,
    };
    for (const draw of charts) draw(content);
  }

  /** Classifies images by the network at the slider, and again if the slider has moved meanwhile. */
  async function ask(): Promise<void> {
    const [alpha, which] = [slider.valueAsNumber, order()];
    slider.setAttribute('aria-valuetext', `alpha ${alpha}`);
    drawLines();
    const [a, b] = [options.networks()?.a, target(which)];
    if (isAsking || !a || !b) return;
    isAsking = true;
    try {
      const input = { subject, a, b, alpha, count: pictures.length };
      const { probabilities, loss, error } = await engine.call('classify', input);
      show(probabilities);
      const network = alpha === 0 ? 'A itself' : alpha === 1 ? 'B itself' : 'the merged network';
      const measured = `loss ${nats(loss)}, misreads ${percent(error)} of ${options.count} test ${subject}`;
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
      desk.say(`Measuring the ${options.metric} from A to ${labels[which]}.`);
      const { a } = options.networks()!;
      const input = { subject, a, b: target(which)!, points: options.points };
      const onProgress = (point: MeasuredPoint) => {
        const { weights, loss, done, total } = point;
        points.push([weights[1], metric.height(point[options.metric])]);
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
