import { find, onPress, setPressable } from './dom';
import { fetchPhotographs } from './photographsFile';
import { openPhotographs } from './photographsWalk';
import type { Session } from './session';

/** Step 5: deeper networks, trained beforehand, on photographs. Nothing is fetched until the button is pressed. */
export function setUpPhotographs(session: Session): { refresh(): void } {
  const { engine, desk, settings } = session;
  const button = find('photographs-load', HTMLButtonElement);
  let opened: ReturnType<typeof openPhotographs> | null = null;

  onPress(button, () =>
    desk.during(async (signal) => {
      desk.say('Loading networks and photographs.');
      const photographs = await fetchPhotographs(settings.photographs, signal);
      await engine.call('addPhotographs', photographs);
      session.photographs = photographs;
      opened = openPhotographs(session, photographs);
      find('photographs', HTMLElement).hidden = false;
      await opened.start(signal);
    }),
  );

  return {
    refresh() {
      setPressable(button, session.isReady && !desk.isBusy && opened === null);
      opened?.refresh();
    },
  };
}
