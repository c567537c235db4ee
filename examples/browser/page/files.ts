import type { PrefixMapping } from 'perm-lmc';
import type { MatchStep } from '../protocol';
import { describeStep } from './describeStep';
import { find, onPress, setPressable } from './dom';
import { fileKind, filesBesideOnnx, isNetwork } from './fileKind';
import { assertFits } from './fileLimits';
import { listFiles, type NetworkFile } from './fileList';
import { mergeCommand } from './mergeCommand';
import { showMerged } from './mergeResult';
import { offerMapping } from './prefixOffer';
import { readNetwork } from './readNetwork';
import type { Session } from './session';
import { setUpSpecChoice } from './specChoice';
import type { WaitingFiles } from './waitingFiles';

/** The settings of a task that matches. */
interface CallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (step: MatchStep) => void;
}

/** Step 6: the visitor's own files, aligned and merged. Files that wait are read when nothing else is done. */
export function setUpFiles(session: Session, waiting: WaitingFiles): { refresh(): void } {
  const { engine, desk } = session;
  const spec = setUpSpecChoice();
  const alpha = find('merge-alpha', HTMLInputElement);
  const button = find('merge', HTMLButtonElement);
  const result = find('merge-result', HTMLElement);
  let networks: NetworkFile[] = [];
  let mapping: PrefixMapping | null = null;
  /** True for two networks with the same names, with or without the mapping, and for two .onnx files. */
  let areComparable = false;

  /** Reads files one after another, up to the first that cannot be used. */
  const add = (files: readonly File[], options: { keepError: boolean }) =>
    desk.during(async (signal) => {
      const before = networks;
      try {
        for (const file of files) await read(file, files, signal);
        await compare(signal);
      } finally {
        if (signal.aborted) networks = before;
        show();
      }
      if (networks.length < 2) desk.say(`${networks.length} of 2 networks are loaded.`);
      else if (areComparable) desk.say('Both networks are loaded.');
    }, options);

  /** Reads one of the files that were chosen together. */
  async function read(file: File, together: readonly File[], signal: AbortSignal): Promise<void> {
    const beside = filesBesideOnnx(together);
    if (beside.includes(file)) return;
    desk.say(`Reading ${file.name}.`);
    const names = together.map(({ name }) => name);
    const kind = fileKind(file.name, names);
    if (kind === 'spec') spec.offerFile(file);
    else {
      if (networks.length === 2) {
        throw new Error(
          `There are two networks already: remove one to replace it by '${file.name}'.`,
        );
      }
      const source = { file, beside: kind === 'onnx' ? beside : [] };
      const network = await readNetwork(session, kind, source, commandFor(together), signal);
      networks = [...networks, network];
    }
    show();
  }

  /** The command that merges the networks of the page and those among files that were chosen together. */
  function commandFor(together: readonly File[] = []): string {
    const chosen = together.filter(({ name }) => isNetwork(name));
    const files = [...new Set([...networks.map(({ file }) => file), ...chosen])];
    const source = spec.source();
    return mergeCommand(
      files.map(({ name }) => name),
      source.kind === 'json' ? source.file.name : null,
    );
  }

  const remove = (network: NetworkFile) =>
    work(async (signal) => {
      networks = networks.filter((each) => each !== network);
      show();
      await compare(signal);
      desk.say(`${network.file.name} is removed.`);
    });

  async function compare(signal: AbortSignal): Promise<void> {
    mapping = null;
    areComparable = false;
    offerMapping(null);
    showMerged(result, null);
    if (networks.length < 2) return;
    const kinds = new Set(networks.map(({ kind }) => kind));
    if (kinds.size > 1) {
      throw new Error(
        'One network is an .onnx file and the other is not. Remove one, and choose two files of the same kind.',
      );
    }
    // Names may differ where an exporter merged equal tensors; the graphs are compared when they are merged.
    areComparable = kinds.has('onnx');
    if (areComparable) return;
    const [a, b] = networks.map(({ summary }) => summary.names);
    const found = await engine.call('compareNames', { a, b }, { signal });
    if (found.problem) {
      throw new Error(
        `The networks have different parameters: ${found.problem}. They must be of the same architecture, with the same names.`,
      );
    }
    areComparable = found.mapping === null;
    if (!found.mapping) return;
    desk.say('The names of the two networks differ by a prefix.');
    const accepted = found.mapping;
    offerMapping(accepted, () => {
      mapping = accepted;
      areComparable = true;
      desk.say('B’s names are read as A’s.');
      refresh();
    });
  }

  const merge = () =>
    work(async (signal) => {
      showMerged(result, null);
      for (const network of networks) assertFits(network, session.backend!, commandFor());
      const isOnnx = networks[0].kind === 'onnx';
      const doing = isOnnx ? 'Deriving the spec, aligning and merging.' : 'Aligning and merging.';
      desk.say(doing);
      const onProgress = (step: MatchStep) =>
        desk.say(doing, `${describeStep(step, 'group')}: ${step.objective.toFixed(2)}`);
      const merged = await (isOnnx ? mergeOnnx : mergeSafetensors)({ signal, onProgress });
      showMerged(result, merged);
      desk.say('The merged network is ready to be downloaded.');
    });

  function mergeSafetensors(options: CallOptions) {
    const [a, b] = networks.map(({ file }) => file);
    const input = { a, b, mapping, spec: spec.source(), alpha: readAlpha() };
    return engine.call('merge', input, options);
  }

  function mergeOnnx(options: CallOptions) {
    const [a, b] = networks.map(({ file, beside }) => ({ file, beside }));
    return engine.call('mergeOnnx', { a, b, alpha: readAlpha() }, options);
  }

  function readAlpha(): number {
    if (Number.isFinite(alpha.valueAsNumber) && alpha.checkValidity()) return alpha.valueAsNumber;
    throw new Error(
      `α must be a number from 0 (network A) to 1 (network B), received '${alpha.value}'.`,
    );
  }

  function show(): void {
    listFiles(networks, (network) => void remove(network));
    spec.setVisible(!networks.some(({ kind }) => kind === 'onnx'));
    refresh();
  }

  async function work(doIt: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (desk.isBusy)
      desk.fail('Another task is running: wait for its end or cancel it, then try again.');
    else await desk.during(doIt);
  }

  function refresh(): void {
    setPressable(button, session.isReady && areComparable && !desk.isBusy);
    readWaiting({ keepError: true });
  }

  function readWaiting(options: { keepError: boolean }): void {
    if (!session.isReady || desk.isBusy) return;
    const files = waiting.take();
    if (files) void add(files, options);
  }

  waiting.onAdd(() => readWaiting({ keepError: false }));
  onPress(button, () => void merge());
  return { refresh };
}
