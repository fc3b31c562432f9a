/** The doors for people: the portal, and the pages beside it. */
import type { Credentials } from '../../accounts/credentials.ts';
import type { ServerDoors } from '../../http/doors.ts';
import { createPages } from '../../pages/pages.ts';
import type { PagesOptions } from '../../pages/pages.ts';
import { createPortal } from '../../portal/portal.ts';
import { identify } from './rest-door.ts';

/** Makes the door of everything that a browser shows. */
export function pageDoors(options: PagesOptions, credentials: Credentials): NonNullable<ServerDoors['pages']> {
  const portal = createPortal();
  const pages = createPages(options);
  return {
    has: (request) => portal.has(request) || pages.has(request),
    door: async (request, response) => {
      // The portal is the same for everyone: its files hold nothing of an account.
      if (portal.has(request)) await portal.answer(request, response);
      else await pages.answer(request, response, await identify(credentials, request, response));
    },
  };
}
