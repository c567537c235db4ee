const headings = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

/** A change that waits for a release. */
export interface Changeset {
  /** The part of the version that it raises; null if it is no reason for a release. */
  readonly bump: 'major' | 'minor' | 'patch' | null;
  /** Its lines for the changelog, under headings of the third level. */
  readonly text: string;
}

/** Reads a file of `.changeset`. Errors name the file. */
export function parseChangeset(name: string, file: string): Changeset {
  const parts = /^---\n(?:["']?perm-lmc["']?: *(major|minor|patch)\n)?---\n([\s\S]*)$/.exec(file);
  if (!parts) {
    throw new Error(`${name} does not begin as a changeset does: .changeset/README.md shows one.`);
  }
  const bump = (parts[1] ?? null) as Changeset['bump'];
  const says = linesByHeading(name, parts[2]).size > 0;
  if (says && bump === null) {
    throw new Error(`${name} does not say whether the release is major, minor or patch.`);
  }
  if (bump !== null && !says) {
    throw new Error(`${name} says nothing for the changelog: write a heading and a line.`);
  }
  return { bump, text: parts[2] };
}

/**
 * The changelog with a release: the lines under Unreleased and those of the changesets, joined heading by
 * heading. Nothing stays under Unreleased. Without such lines the text is returned as it is.
 */
export function releaseChangelog(
  changelog: string,
  changesets: readonly Changeset[],
  version: string,
  date: string,
): string {
  const parts = /^([\s\S]*^## \[Unreleased\]\n)([\s\S]*?)(^## [\s\S]*)?$(?![\s\S])/m.exec(
    changelog,
  );
  if (!parts) throw new Error('CHANGELOG.md has no heading "## [Unreleased]".');
  const [, before, unreleased, after = ''] = parts;
  const sources = [
    linesByHeading('CHANGELOG.md', unreleased),
    ...changesets.map(({ text }) => linesByHeading('a changeset', text)),
  ];
  const sections = headings.flatMap((heading) => {
    const lines = sources.flatMap((source) => source.get(heading) ?? []);
    return lines.length > 0 ? [`### ${heading}\n\n${lines.join('\n')}\n`] : [];
  });
  if (sections.length === 0) return changelog;
  const release = [`## [${version}] - ${date}\n`, ...sections].join('\n');
  return [before, release, ...(after ? [after] : [])].join('\n');
}

/** The lines under each heading of the third level. */
function linesByHeading(name: string, text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let heading = '';
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, next] = /^### (.*)$/.exec(line) ?? [];
    if (next !== undefined && !headings.includes(next)) {
      throw new Error(`${name} has the heading "${next}"; there are: ${headings.join(', ')}.`);
    }
    if (next === undefined && heading === '') {
      throw new Error(`${name} has a line under no heading, such as "### Added": "${line}".`);
    }
    if (next !== undefined) heading = next;
    else found.set(heading, [...(found.get(heading) ?? []), line]);
  }
  return found;
}
