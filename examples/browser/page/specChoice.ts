import type { SpecSource } from '../protocol';
import { find, setText } from './dom';

/** The visitor's choice of a spec for safetensors files. */
export interface SpecChoice {
  /** The spec that is chosen now. */
  source(): SpecSource;
  /** Adds the file of a spec and chooses it. */
  offerFile(file: File): void;
  /** Shows or hides the choice. */
  setVisible(isVisible: boolean): void;
}

/** Connects the menu of architectures and the field for patterns. */
export function setUpSpecChoice(): SpecChoice {
  const menu = find('spec', HTMLSelectElement);
  const jsonOption = find('spec-json', HTMLOptionElement);
  const patterns = find('patterns', HTMLTextAreaElement);
  let specFile: File | null = null;
  let isShown = true;

  function refresh(): void {
    find('architecture', HTMLElement).hidden = !isShown;
    find('patterns-field', HTMLElement).hidden = !isShown || menu.value !== 'patterns';
  }

  menu.addEventListener('change', refresh);
  return {
    source() {
      if (menu.value === 'json' && specFile) return { kind: 'json', file: specFile };
      if (menu.value === 'patterns') return { kind: 'patterns', text: patterns.value };
      return { kind: 'preset', name: menu.value };
    },
    offerFile(file) {
      specFile = file;
      jsonOption.hidden = false;
      jsonOption.disabled = false;
      setText(jsonOption, `the spec ${file.name}`);
      menu.value = 'json';
      refresh();
    },
    setVisible(isVisible) {
      isShown = isVisible;
      refresh();
    },
  };
}
