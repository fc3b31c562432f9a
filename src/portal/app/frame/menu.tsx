/** The menu: the views that the person may open, who is signed in, and the way out. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { timeZone } from '../parts/format.ts';
import { Link } from '../routing/link.tsx';
import { navigate, useAddress } from '../routing/address.ts';
import { LOGIN_PATH } from '../routing/paths.ts';
import { VIEWS } from '../routing/views.ts';
import { nameOf } from './me.ts';
import type { Me } from './me.ts';
import { ThemeSwitch } from './theme-switch.tsx';

/** Lists the views. The one that is shown, or that a shown detail belongs to, is marked. */
export function ViewLinks({
  me,
  onFollow,
}: {
  readonly me: Me | undefined;
  readonly onFollow?: () => void;
}): ReactNode {
  const { path } = useAddress();
  const listed = VIEWS.flatMap((view) => {
    const isPermitted = view.permission === undefined || (me?.permissions.includes(view.permission) ?? true);
    return view.menu === undefined || !isPermitted ? [] : [{ path: view.path, menu: view.menu }];
  });
  return (
    <ul className="menu-views">
      {listed.map((view) => {
        const isShown = path === view.path || path.startsWith(`${view.path}/`);
        return (
          <li key={view.path}>
            <Link to={view.path} aria-current={isShown ? 'page' : undefined} onClick={onFollow}>
              {view.menu}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** Who is signed in, the theme, and the button that ends the browser's session. */
export function Person({ me }: { readonly me: Me | undefined }): ReactNode {
  const client = useQueryClient();
  const [hasFailed, setFailed] = useState(false);
  const signOut = async (): Promise<void> => {
    setFailed(false);
    const response = await fetch('/api/v1/auth/logout', { method: 'POST', credentials: 'same-origin' }).catch(
      () => null,
    );
    // 401 says that the session is over already.
    if (response === null || !(response.ok || response.status === 401)) {
      setFailed(true);
      return;
    }
    client.clear();
    navigate(LOGIN_PATH);
  };
  return (
    <div className="menu-person">
      {me === undefined ? null : (
        <p>
          <strong>{nameOf(me)}</strong>
          <span className="soft">{me.account.name}</span>
          <span className="soft">Times in {timeZone()}</span>
        </p>
      )}
      <ThemeSwitch />
      <button type="button" className="button button-quiet" onClick={() => void signOut()}>
        Sign out
      </button>
      {hasFailed ? (
        <p className="field-problem" role="alert">
          The server did not end the session: you are still signed in. Try again.
        </p>
      ) : null}
    </div>
  );
}
