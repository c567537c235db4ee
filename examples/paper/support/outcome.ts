import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The results of a study. */
export interface Outcome {
  /** Plain data, for `report.json`. */
  readonly report: unknown;
  /** Markdown, for `tables.md`; also printed. */
  readonly tables: string;
  /** SVG by name. */
  readonly figures: Readonly<Record<string, string>>;
}

/** Writes the report, the tables and the figures of a study to its folder, each completely or not at all. */
export function writeOutcome(
  folder: string,
  { report, tables, figures }: Outcome,
  say: (what: string) => void,
): void {
  const write = (file: string, text: string) => {
    const path = join(folder, file);
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  };
  for (const [figure, svg] of Object.entries(figures)) write(`${figure}.svg`, svg);
  write('tables.md', tables);
  write('report.json', `${JSON.stringify(report)}\n`);
  console.log(`\n${tables}\n`);
  say(`wrote report.json, tables.md and ${Object.keys(figures).length} figures to ${folder}`);
}
