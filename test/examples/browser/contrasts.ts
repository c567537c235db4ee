import type { Page } from 'playwright';

/** The contrast (WCAG 2.2) of every visible text, by default of the whole page, with the background that it stands on. */
export function contrasts(page: Page, within = 'body'): Promise<{ text: string; ratio: number }[]> {
  return page.evaluate((root) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    /** Red, green, blue and alpha of a colour in any notation. */
    const channels = (colour: string) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour: string) => {
      const [r, g, b] = channels(colour).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = (element: Element): string => {
      const own = getComputedStyle(element).backgroundColor;
      const isClear = channels(own)[3] === 0;
      return isClear && element.parentElement ? background(element.parentElement) : own;
    };
    const texts = document.createTreeWalker(document.querySelector(root)!, NodeFilter.SHOW_TEXT);
    const found: { text: string; ratio: number }[] = [];
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement!;
      const text = texts.currentNode.textContent!.trim();
      // Letters on the discs of the figure, whose colours are those of the curves, are on no background.
      const isShown = element.checkVisibility() && !element.closest('script, noscript, .unit');
      if (text === '' || !isShown) continue;
      const style = getComputedStyle(element);
      const ink = luminance(element instanceof SVGElement ? style.fill : style.color);
      const paper = luminance(background(element));
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      found.push({ text, ratio });
    }
    return found;
  }, within);
}
