import type { BarrierReport } from 'perm-lmc';
import type { PhotographSet } from '../protocol';
import { find, onPress, setPressable, showText } from './dom';
import { PHOTOGRAPH_NAMES, photographPictures } from './photographPictures';
import { setUpMatrix } from './photographsMatrix';
import type { Networks, Session } from './session';
import { createSnapshots } from './snapshots';
import { setUpWalk } from './walk';
import { count, nats } from './words';

type Report = BarrierReport<'loss' | 'error'>;

/** The number of photographs that are shown. */
const SHOWN = 21;

/** The walk between two networks that were trained beforehand, at a step that the visitor chooses, and the matrix. */
export function openPhotographs(
  session: Session,
  photographs: PhotographSet,
): { start(signal: AbortSignal): Promise<void>; refresh(): void } {
  const { engine, desk, settings } = session;
  const select = find('photo-step', HTMLSelectElement);
  const button = find('photo-align', HTMLButtonElement);
  const result = find('photo-result', HTMLElement);
  const snapshots = createSnapshots(session, settings.snapshots);
  let networks: Networks | null = null;
  let step = snapshots.steps.at(-1)!;
  let before: Report | null = null;
  /** True once the visitor has aligned networks: those of another step are then aligned, too. */
  let isAligning = false;

  const walk = setUpWalk(session, {
    ...{ subject: 'photographs', prefix: 'photo-', charts: ['photo-chart'], metric: 'error' },
    empty: 'The share of misread photographs will appear here',
    points: settings.photographPoints,
    count: photographs.count,
    pictures: photographPictures(photographs, SHOWN),
    names: PHOTOGRAPH_NAMES,
    networks: () => networks,
  });
  const matrix = setUpMatrix(session, snapshots, (s, t) => void work((signal) => go(s, t, signal)));
  select.replaceChildren(...snapshots.steps.map((each) => new Option(String(each))));
  select.value = String(step);

  /** Walks between the networks of step t as they were trained. */
  async function show(t: number, signal: AbortSignal): Promise<void> {
    desk.say(`Loading the networks of step ${t}.`);
    networks = await snapshots.pair(t, signal);
    [step, before] = [t, null];
    matrix.select(null, t);
    showText(result, '');
    walk.clear();
    walk.open('trained');
    before = await walk.measure('trained', signal);
    desk.say(`Between A and B of step ${t}, ${rise(before)}.`);
  }

  /** Puts B of this step in the order found at step s, and walks again. */
  async function align(s: number, signal: AbortSignal): Promise<void> {
    const doing = `Aligning B to A, as they are at step ${s}.`;
    desk.say(doing);
    const { a, b } = await snapshots.pair(s, signal);
    const { aligned, moved, units } = await engine.call(
      'alignByActivations',
      { a, b, permuted: networks!.b },
      {
        signal,
        onProgress: ({ done, total }) => desk.progress(done / total, `batch ${done} of ${total}`),
      },
    );
    networks = { ...networks!, alignedB: aligned };
    matrix.select(s, step);
    walk.open('aligned');
    const after = await walk.measure('aligned', signal);
    showText(
      result,
      `${moved} of ${count(units, 'channel')} have a new place. Between A and B of step ${step}, with the order found at step ${s}, ${rise(after)}. As trained, ${rise(before!)}.`,
    );
    desk.say(`B is aligned to A: between them, ${rise(after)}.`);
  }

  /** Walks between the networks of step t, with the order found at step s or as they were trained. */
  async function go(s: number | null, t: number, signal: AbortSignal): Promise<void> {
    if (t !== step || before === null) await show(t, signal);
    if (s === null) {
      matrix.select(null, t);
      walk.open('trained');
    } else await align(s, signal);
  }

  async function work(doIt: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await desk.during(doIt);
    select.value = String(step);
  }

  onPress(button, () =>
    work(async (signal) => {
      isAligning = true;
      await go(step, step, signal);
    }),
  );
  select.addEventListener('change', () => {
    const t = Number(select.value);
    void work((signal) => go(isAligning ? t : null, t, signal));
  });

  return {
    start: (signal) => show(step, signal),
    refresh() {
      setPressable(button, session.isReady && !desk.isBusy);
      select.disabled = desk.isBusy;
      matrix.refresh();
      walk.refresh();
    },
  };
}

function rise({ loss, error }: Report): string {
  return `the share misread rises by ${(100 * error.max).toFixed(0)} points and the loss by ${nats(loss.max)} nats`;
}
