import { make, onPress } from './dom';
import { visible } from './visible';

/** A button that removes files of this name from a list. */
export function removeButton(name: string, remove: () => void): HTMLButtonElement {
  const button = make('button', 'small', 'Remove');
  button.type = 'button';
  button.setAttribute('aria-label', `Remove ${visible(name)}`);
  onPress(button, remove);
  return button;
}
