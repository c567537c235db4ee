import type { PrefixMapping } from 'perm-lmc';
import type { SpecSource } from '../protocol';
import { describeStep } from './describeStep';
import { find, onPress, setPressable } from './dom';
import { setUpDropZone } from './dropZone';
import { fileKind } from './fileKind';
import { listFiles, type NetworkFile } from './fileList';
import { showMerged } from './mergeResult';
import { offerMapping } from './prefixOffer';
import type { Session } from './session';

/** Step 5: the visitor's own files, aligned and merged. */
export function setUpFiles(session: Session): { refresh(): void } {
  const { engine, desk } = session;
  const spec = find('spec', HTMLSelectElement);
  const specOption = find('spec-json', HTMLOptionElement);
  const patterns = find('patterns', HTMLTextAreaElement);
  const alpha = find('merge-alpha', HTMLInputElement);
  const button = find('merge', HTMLButtonElement);
  const result = find('merge-result', HTMLElement);
  let networks: NetworkFile[] = [];
  let specFile: File | null = null;
  let mapping: PrefixMapping | null = null;
  /** True if both networks have the same names, with or without the mapping. */
  let haveSameNames = false;

  /** Reads files one after another, up to the first that cannot be used. */
  const add = (files: readonly File[]) =>
    work(async () => {
      for (const file of files) {
        desk.say(`Reading ${file.name}.`);
        if (fileKind(file.name) === 'spec') setSpecFile(file);
        else {
          if (networks.length === 2) {
            throw new Error(
              `There are two networks already: remove one to replace it by '${file.name}'.`,
            );
          }
          const summary = await engine.call('inspect', { file });
          networks = [...networks, { file, summary }];
        }
        show();
      }
      await compare();
      if (networks.length < 2) desk.say(`${networks.length} of 2 networks are loaded.`);
      else if (haveSameNames) desk.say('Both networks are loaded.');
    });

  const remove = (network: NetworkFile) =>
    work(async () => {
      networks = networks.filter((each) => each !== network);
      await compare();
      show();
      desk.say(`${network.file.name} is removed.`);
    });

  async function compare(): Promise<void> {
    mapping = null;
    haveSameNames = false;
    offerMapping(null);
    showMerged(result, null);
    if (networks.length < 2) return;
    const [a, b] = networks.map(({ summary }) => summary.names);
    const found = await engine.call('compareNames', { a, b });
    if (found.problem) {
      throw new Error(
        `The networks have different parameters: ${found.problem}. They must be of the same architecture, with the same names.`,
      );
    }
    haveSameNames = found.mapping === null;
    if (!found.mapping) return;
    desk.say('The names of the two networks differ by a prefix.');
    const accepted = found.mapping;
    offerMapping(accepted, () => {
      mapping = accepted;
      haveSameNames = true;
      desk.say('B’s names are read as A’s.');
      refresh();
    });
  }

  const merge = () =>
    work(async (signal) => {
      const [a, b] = networks.map(({ file }) => file);
      showMerged(result, null);
      desk.say('Aligning and merging.');
      const merged = await engine.call(
        'merge',
        { a, b, mapping, spec: specSource(), alpha: readAlpha() },
        {
          signal,
          onProgress: (step) =>
            desk.say(
              'Aligning and merging.',
              `${describeStep(step, 'group')}: ${step.objective.toFixed(2)}`,
            ),
        },
      );
      showMerged(result, merged);
      desk.say('The merged network is ready to be downloaded.');
    });

  function specSource(): SpecSource {
    if (spec.value === 'json' && specFile) return { kind: 'json', file: specFile };
    if (spec.value === 'patterns') return { kind: 'patterns', text: patterns.value };
    return { kind: 'preset', name: spec.value };
  }

  function readAlpha(): number {
    if (Number.isFinite(alpha.valueAsNumber) && alpha.checkValidity()) return alpha.valueAsNumber;
    throw new Error(
      `α must be a number from 0 (network A) to 1 (network B), received '${alpha.value}'.`,
    );
  }

  function setSpecFile(file: File): void {
    specFile = file;
    specOption.hidden = false;
    specOption.disabled = false;
    specOption.textContent = `the spec ${file.name}`;
    spec.value = 'json';
    showPatterns();
  }

  function showPatterns(): void {
    find('patterns-field', HTMLElement).hidden = spec.value !== 'patterns';
  }

  function show(): void {
    listFiles(networks, (network) => void remove(network));
    refresh();
  }

  async function work(doIt: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (desk.isBusy)
      desk.fail('Another task is running: wait for its end or cancel it, then try again.');
    else await desk.during(doIt);
  }

  function refresh(): void {
    setPressable(button, session.isReady && haveSameNames && !desk.isBusy);
  }

  setUpDropZone((files) => void add(files));
  spec.addEventListener('change', showPatterns);
  onPress(button, () => void merge());
  return { refresh };
}
