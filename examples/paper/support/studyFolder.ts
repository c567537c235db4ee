import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectivityProgress } from 'perm-lmc';
import { openCells } from './cells';
import { type Outcome, writeOutcome } from './outcome';

/** The folder of a study's results, and the lines that it prints. */
export interface StudyFolder {
  /** The cells of a part of the study, including those of earlier runs. */
  readonly cells: ReturnType<typeof openCells>;
  /** The path of a file of this name. */
  readonly path: (name: string) => string;
  /** Prints the current task. */
  readonly say: (what: string) => void;
  /** Prints each finished cell of a report; for `onProgress`. */
  readonly follow: (report: string) => (progress: ConnectivityProgress) => void;
  /** Writes the report, its tables and its figures, each completely or not at all. */
  readonly finish: (outcome: Outcome) => void;
}

/** Makes the folder of a study, and prints that the study of this title begins. */
export function openStudyFolder(folder: string, title: string): StudyFolder {
  mkdirSync(folder, { recursive: true });
  const start = performance.now();
  const say = (what: string) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${seconds.padStart(5)} s  ${what}`);
  };
  say(`${title}; results go to ${folder}`);
  const path = (file: string) => join(folder, file);
  return {
    cells: openCells(path('cells.jsonl')),
    path,
    say,
    follow:
      (report) =>
      ({ done, total, key, points }) => {
        if (points === null) say(`${report}: ${decodeURIComponent(key)} (${done} of ${total})`);
      },
    finish: (outcome) => writeOutcome(folder, outcome, say),
  };
}
