/**
 * A plugin of TypeDoc that makes one site of the guides and the reference. A guide has its first heading as
 * its title and its file name as its address, a public name in `code` in a guide links to its reference, and
 * every page links to the explorable page.
 */
import { basename } from 'node:path';
import { Converter, JSX, KindRouter, ReflectionKind } from 'typedoc';

/** Documents about the project itself; all others are guides. */
const PROJECT = ['CHANGELOG', 'CONTRIBUTING', 'architecture'];

/** @param {import('typedoc').Application} app */
export function load(app) {
  /** @type {Map<import('typedoc').Reflection, string>} */
  const files = new Map();

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const file = basename(document.name);
    files.set(document, file.toLowerCase());
    document.frontmatter.group = PROJECT.includes(file) ? 'Project' : 'Guides';
    document.name = titleOf(document.content) ?? document.name;
  });
  // After the readme has been read.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => linkNames(context.project), -1000);

  app.renderer.defineRouter(
    'site',
    class extends KindRouter {
      getIdealBaseName(reflection) {
        const file = files.get(reflection);
        return file ? `guides/${file}` : super.getIdealBaseName(reflection);
      }
    },
  );
  app.renderer.hooks.on('pageSidebar.begin', (context) =>
    JSX.createElement(
      'a',
      { href: context.relativeURL('page/index.html'), class: 'play' },
      'Play with it in the browser',
    ),
  );
}

/** The first heading of a document. */
function titleOf(content) {
  const text = content.map((part) => part.text).join('');
  return /^# (.+)$/m.exec(text)?.[1];
}

/** Turns `name` in the guides and the readme into a link if it is a public function, type or class. */
function linkNames(project) {
  const kinds = ReflectionKind.Function | ReflectionKind.SomeType;
  const named = new Map(project.getReflectionsByKind(kinds).map((each) => [each.name, each]));
  const linked = (part) => {
    const name = part.kind === 'code' ? /^`(\w+)(?:\([^`]*\))?`$/.exec(part.text)?.[1] : undefined;
    const target = name && named.get(name);
    if (!target) return part;
    return { kind: 'inline-tag', tag: '@linkcode', text: part.text.slice(1, -1), target };
  };
  for (const document of project.getReflectionsByKind(ReflectionKind.Document)) {
    document.content = document.content.map(linked);
  }
  // Its heading is the page's title.
  const [start, ...rest] = project.readme ?? [];
  if (start)
    project.readme = [{ ...start, text: start.text.replace(/^# .*\n/, '') }, ...rest].map(linked);
}
