import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contrasts } from './contrasts';
import { type OpenPage, openPage } from './servedPage';
import type { Visit } from './visit';

/** That the page can be read and used by everybody, on small and large screens, in light and dark. */
export function looks(visit: Visit): void {
  describe('reading and using it', () => {
    let opened: OpenPage;
    let page: Page;
    beforeAll(async () => {
      opened = await openPage(visit, { reducedMotion: 'reduce' });
      page = opened.page;
      await opened.hear(/Ready/);
    });
    afterAll(() => page?.close());
    const focused = () => page.evaluate(() => document.activeElement!.id);

    it('headings make an outline, and every control and image has a name', async () => {
      const outline = await page.locator('body').ariaSnapshot();
      expect(outline.match(/heading .*level=1/g)).toHaveLength(1);
      expect(outline.match(/heading .*level=2/g)).toHaveLength(7);
      const roles =
        /^\s*- (button|link|combobox|slider|radio|spinbutton|textbox|img|progressbar)\b(.*)$/gm;
      const named = [...outline.matchAll(roles)];
      expect(named.length).toBeGreaterThan(40);
      const nameless = named.filter(([, , rest]) => !/^ "[^"]+"/.test(rest));
      expect(nameless.map(([line]) => line)).toEqual([]);
      expect(outline).toMatch(/- status: "Ready: computing with WebAssembly/);
    });

    it('every link inside of the page and beside it leads somewhere', async () => {
      const links = await page
        .locator('a[href]')
        .evaluateAll((all) =>
          all.map((link) => link.getAttribute('href')!).filter((href) => !href.startsWith('http')),
        );
      expect(links.length).toBeGreaterThan(6);
      for (const href of links) {
        const isThere = href.startsWith('#')
          ? (await page.locator(href).count()) === 1
          : (await page.request.get(new URL(href, page.url()).href)).ok();
        expect(`${href}: ${isThere}`).toBe(`${href}: true`);
      }
    });

    it('the page and its guides have an icon', async () => {
      for (const place of ['index.html', 'guides/specs.html']) {
        const address = new URL(place, page.url()).href;
        const html = await (await page.request.get(address)).text();
        const [, href] = /<link rel="icon" href="([^"]+)"/.exec(html)!;
        const answer = await page.request.get(new URL(href, address).href);
        expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'image/svg+xml']);
      }
    });

    it('the licences of the packages inside its scripts lie beside these', async () => {
      const inside: string[] = [];
      for (const script of await scriptsOf(page)) {
        const licences = await (await page.request.get(`${script}.LICENSE.txt`)).text();
        inside.push(...(licences.match(/^@?[\w/-]+$/gm) ?? []));
      }
      expect(inside).toEqual(
        expect.arrayContaining(['d3-scale', '@tensorflow/tfjs-core', 'seedrandom', 'long']),
      );
    });

    it('the tabulator goes through every control in the order of the page, and shows where it is', async () => {
      const visited: string[] = [];
      for (let name = await nextStop(page); name !== ''; name = await nextStop(page)) {
        visited.push(name);
      }
      expect(visited[0]).toBe('Skip to the content');
      expect(visited.filter((name) => !name.includes(' '))).toEqual([
        ...['reorder', 'backend', 'width', 'train', 'align', 'third', 'photographs-load'],
        ...['files', 'spec', 'merge-alpha', 'merge'],
      ]);
    });

    it('Enter on the skip link leads to the content; on a button it works, and the focus stays there', async () => {
      await page.locator('.skip').focus();
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('content');
      for (const [id, said] of [
        ['train', /A and B are trained/],
        ['align', /B is aligned to A/],
      ] as const) {
        await page.locator(`#${id}`).focus();
        await page.keyboard.press('Enter');
        await opened.hear(said);
        expect(await focused()).toBe(id);
      }
    });

    it.each(['light', 'dark'] as const)(
      'in %s mode every text stands out by 4.5 to 1 at least, errors and results included',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme });
        const text = { name: 'x.txt', mimeType: '', buffer: Buffer.from('x') };
        await page.getByLabel('Choose files').setInputFiles(text);
        await page.getByRole('alert').waitFor();
        const texts = await contrasts(page);
        expect(texts.length).toBeGreaterThan(100);
        expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(Number(/\d+/.exec(paper)![0]) < 128).toBe(colorScheme === 'dark');
      },
    );

    it('nothing is wider than a phone of 360 pixels', async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.getByLabel('Architecture').selectOption('patterns');
      const wide = () =>
        page.evaluate(() => {
          const elements = [
            ...document.querySelectorAll('body *:not(.unseen, .skip, .drop input)'),
          ];
          return elements
            .filter((element) => element.getBoundingClientRect().right > 360)
            .map(({ tagName, id }) => `${tagName}#${id}`);
        });
      // The charts are drawn anew for the new width a frame later.
      await expect.poll(wide).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    });

    it('with reduced motion the units are in their new places at once', async () => {
      const moved = await page.evaluate(() => {
        const places = () =>
          [...document.querySelectorAll('.unit')].map((unit) => unit.getAttribute('transform'));
        const before = places();
        document.getElementById('reorder')!.click();
        return { before, after: places() };
      });
      expect(moved.after).not.toEqual(moved.before);
      expect([...moved.after].sort()).toEqual([...moved.before].sort());
    });
  });
}

/** Goes on by the tabulator, to what must show that it has the focus. Its id or text; '' after the last. */
async function nextStop(page: Page): Promise<string> {
  await page.keyboard.press('Tab');
  const [name, outline] = await page.evaluate(() => {
    const element = document.activeElement!;
    if (element === document.body) return ['', ''];
    const shown = element.id === 'files' ? element.previousElementSibling! : element;
    const { outlineStyle, outlineWidth } = getComputedStyle(shown);
    return [element.id || element.textContent!.trim(), `${outlineStyle} ${outlineWidth}`];
  });
  if (name !== '') expect(`${name}: ${outline}`).toBe(`${name}: solid 3px`);
  return name;
}

/** The addresses of the scripts that the page and its worker have loaded. */
async function scriptsOf(page: Page): Promise<string[]> {
  const loaded = await page
    .locator('script[src]')
    .evaluateAll((all) => all.map((script) => (script as HTMLScriptElement).src));
  return [...loaded, ...page.workers().map((worker) => worker.url())];
}
