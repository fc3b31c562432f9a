/** The sign-in: by an OpenID provider and by GitHub where they are configured, and by the link of a development start. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { read } from '../../api/ask.ts';
import { asFailure } from '../../api/failure.ts';
import { Mark } from '../../frame/mark.tsx';
import { useMe } from '../../frame/me.ts';
import { Failed } from '../../parts/states.tsx';
import { navigate, useParameters } from '../../routing/address.ts';
import { isReturnable, takeReturnAddress } from '../../routing/return-address.ts';
import './sign-in.css';

/** A way to sign in that the server offers, and where it begins. */
interface Way {
  readonly title: string;
  readonly address: string;
}

const TITLES = [
  ['sign_in_with_oidc', 'Sign in with your organisation'],
  ['sign_in_with_github', 'Sign in with GitHub'],
] as const;

/** The ways that are configured on the server. */
async function offeredWays(): Promise<readonly Way[]> {
  const answer = (await read('/')) as { readonly links?: Readonly<Record<string, unknown>> } | null;
  return TITLES.flatMap(([link, title]) => {
    const address = answer?.links?.[link];
    return typeof address === 'string' ? [{ title, address }] : [];
  });
}

export function Page(): ReactNode {
  const [{ return_to: wanted = '' }] = useParameters();
  const me = useMe();
  const ways = useQuery({ queryKey: ['sign-in'], queryFn: offeredWays });
  const isSignedIn = me.data !== undefined && me.error === null;
  useEffect(() => {
    document.title = 'Sign in · Masker';
  }, []);
  useEffect(() => {
    if (isSignedIn) navigate(isReturnable(wanted) ? wanted : takeReturnAddress(), { replace: true });
  }, [isSignedIn, wanted]);
  const hasExpired = isReturnable(wanted);
  const isReached = me.error === null || asFailure(me.error).code === 'unauthenticated';
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <p className="brand">
          <Mark />
          Masker
        </p>
        <h1>{hasExpired ? 'Sign in again' : 'Sign in'}</h1>
        <p className="soft">
          {hasExpired
            ? 'Your sign-in has ended. You return to the page where you were.'
            : 'The compliance firewall for healthcare voice AI.'}
        </p>
        {isReached ? (
          <Ways ways={ways.data ?? []} returnTo={isReturnable(wanted) ? wanted : '/portal'} />
        ) : (
          <Failed error={me.error} onRetry={() => void me.refetch()} />
        )}
      </div>
    </main>
  );
}

function Ways({ ways, returnTo }: { readonly ways: readonly Way[]; readonly returnTo: string }): ReactNode {
  return (
    <>
      {ways.map(({ title, address }) => (
        <a
          key={address}
          className="button button-main sign-in-github"
          href={`${address}?${new URLSearchParams({ redirect_to: returnTo }).toString()}`}
        >
          {title}
        </a>
      ))}
      <div className="sign-in-link">
        <h2>{ways.length === 0 ? 'With a sign-in link' : 'Or with a sign-in link'}</h2>
        <p className="soft">
          A server that is started for development prints a link. Open it in this browser: it works once, within 24
          hours, and this page then continues by itself. Each start prints a new one.
        </p>
        {ways.length === 0 ? (
          <p className="soft">
            A server in production prints none. Its operator sets up GitHub or an OpenID provider for persons to sign
            in.
          </p>
        ) : null}
      </div>
    </>
  );
}
