/** What surrounds every view: the menu, the state of the connection, and the place where the view is drawn. */
import { Suspense, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Loading } from '../parts/states.tsx';
import { Link } from '../routing/link.tsx';
import { navigate, useAddress } from '../routing/address.ts';
import { takeReturnAddress } from '../routing/return-address.ts';
import { HOME_PATH, LOGIN_PATH } from '../routing/paths.ts';
import { ViewErrors } from './view-errors.tsx';
import { Mark } from './mark.tsx';
import { useMe } from './me.ts';
import { Person, ViewLinks } from './menu.tsx';
import { OfflineNote } from './offline-note.tsx';
import { pageOf } from './view-pages.ts';
import './frame.css';

/** The whole screen. */
export function App(): ReactNode {
  const { path } = useAddress();
  useEffect(() => {
    if (path === '/portal') navigate(takeReturnAddress(), { replace: true });
  }, [path]);
  if (path === '/portal') return null;
  if (path === LOGIN_PATH) return <Shown path={path} />;
  return <Frame path={path} />;
}

function Frame({ path }: { readonly path: string }): ReactNode {
  const me = useMe().data;
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    setOpen(false);
  }, [path]);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="menu" data-open={isOpen}>
        <div className="menu-top">
          <Link to={HOME_PATH} className="brand">
            <Mark />
            Masker
          </Link>
          <button
            type="button"
            className="button button-quiet menu-button"
            aria-expanded={isOpen}
            aria-controls="menu-panel"
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            {isOpen ? 'Close menu' : 'Menu'}
          </button>
        </div>
        <div className="menu-panel" id="menu-panel">
          <nav aria-label="Portal">
            <ViewLinks me={me} />
          </nav>
          <Person me={me} />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <OfflineNote />
        <Shown path={path} />
      </main>
    </div>
  );
}

function Shown({ path }: { readonly path: string }): ReactNode {
  const Page = pageOf(path);
  if (Page === null)
    return (
      <div className="lost">
        <h1>There is no such page</h1>
        <p className="soft">The address may be misspelled, or the page may have moved.</p>
        <p>
          <Link to={HOME_PATH}>Go to the dashboard</Link>
        </p>
      </div>
    );
  return (
    <ViewErrors key={path}>
      <Suspense fallback={<Loading />}>
        <Page />
      </Suspense>
    </ViewErrors>
  );
}
