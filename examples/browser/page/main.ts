/**
 * The explorable page: trains small networks in this tab, aligns them, and lets the visitor walk between
 * them. This part is the user interface; the worker (`../worker/main.ts`) computes. `npm run page` serves the
 * page, `npm run build:page` writes it to `out/page` as static files.
 */
import type { BackendChoice, BackendName, Digits } from '../protocol';
import { setUpAligning } from './aligning';
import { createDesk } from './desk';
import { DIGIT_NAMES, digitPictures } from './digitPictures';
import { fetchDigits } from './digitsFile';
import { find, showText } from './dom';
import { createEngine } from './engine';
import { setUpFiles } from './files';
import { setUpPhotographs } from './photographs';
import type { Session } from './session';
import { readSettings } from './settings';
import { setUpSymmetryFigure } from './symmetryFigure';
import { setUpThird } from './third';
import { setUpTraining } from './training';
import { setUpWaitingFiles } from './waitingFiles';
import { setUpWalk } from './walk';
import { nats, percent } from './words';

const backendNames: Record<BackendName, string> = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  cpu: 'plain JavaScript',
};

/** The number of test digits that are shown. */
const SHOWN = 20;

const settings = readSettings(location.search);
const backend = find('backend', HTMLSelectElement);
let refresh = () => {};
const desk = createDesk(() => refresh());

addEventListener('error', ({ message }) => desk.fail(`The page failed: ${message}`));
addEventListener('unhandledrejection', ({ reason }) =>
  desk.fail(reason instanceof Error ? reason.message : String(reason)),
);

setUpSymmetryFigure();
const waiting = setUpWaitingFiles();
try {
  desk.say('Loading the digits.');
  await open(await fetchDigits({ train: settings.train, test: settings.test }));
} catch (reason) {
  desk.say('The page could not start.');
  desk.fail(reason instanceof Error ? reason.message : String(reason));
}

/** Sets up the parts of the page and starts the backend. */
async function open(digits: Digits): Promise<void> {
  const engine = createEngine({
    onLost({ message }) {
      desk.fail(`${message} The page goes on with WebAssembly: start the task again.`);
      backend.value = 'wasm';
      void start();
    },
    onEnded: () => void start(),
  });
  const session: Session = {
    ...{ settings, engine, desk, digits },
    ...{ photographs: null, networks: null, backend: null },
    get isReady() {
      return this.backend !== null;
    },
  };
  const walk = setUpWalk(session, {
    ...{ subject: 'digits', prefix: '', charts: ['line-chart', 'barrier-chart'], metric: 'loss' },
    empty: 'Train A and B first',
    points: settings.points,
    count: digits.test.count,
    pictures: digitPictures(digits.test, SHOWN),
    names: DIGIT_NAMES,
    networks: () => session.networks,
  });
  const training = setUpTraining(session, async (signal) => {
    aligning.clear();
    third.clear();
    walk.clear();
    walk.open('trained');
    const { loss, error } = await walk.measure('trained', signal);
    showText(
      find('training-result', HTMLElement),
      `Of ${digits.test.count} digits that they have not seen, A misreads ${percent(error.values[0])} and B ${percent(error.values.at(-1)!)}. Between A and B the loss rises by ${nats(loss.max)} nats.`,
    );
    desk.say(`A and B are trained; the barrier between them is ${nats(loss.max)} nats.`);
  });
  const aligning = setUpAligning(session, async (signal) => {
    walk.open('aligned');
    const { loss } = await walk.measure('aligned', signal);
    desk.say(`B is aligned to A; the barrier is now ${nats(loss.max)} nats.`);
    return loss.max;
  });
  const third = setUpThird(session, training);
  const photographs = setUpPhotographs(session);
  const files = setUpFiles(session, waiting);
  const parts = [training, walk, aligning, third, photographs, files];
  refresh = () => {
    for (const part of parts) part.refresh();
  };
  third.clear();

  async function start(): Promise<void> {
    session.backend = null;
    refresh();
    desk.say('Starting the backend.');
    try {
      const started = await engine.start(backend.value as BackendChoice, {
        digits,
        photographs: session.photographs,
      });
      session.backend = started.backend;
      const name = backendNames[started.backend];
      if (started.note) {
        desk.fail(`${started.note}. The page computes with ${name} instead.`);
        backend.value = started.backend;
      }
      desk.say(`Ready: computing with ${name}.`);
    } catch (reason) {
      if ((reason as Error).name === 'AbortError') return; // Another start has taken over.
      desk.say('Nothing can be computed.');
      desk.fail(`The backend did not start: ${(reason as Error).message}`);
    }
    refresh();
  }
  backend.addEventListener('change', () => void start());
  await start();
}
