/** The page that a sign-in ends on: who is signed in, and where to go from here. */
import type { Me } from '../accounts/me.ts';
import { html, pageOf } from './html.ts';
import type { Markup, Page } from './html.ts';

export interface HomeFacts {
  readonly version: string;
  /** Null where nobody is signed in. */
  readonly me: Me | null;
  /** Whether sign-in with GitHub is configured. */
  readonly github: boolean;
  /** Whether sign-in with an OpenID provider is. */
  readonly oidc: boolean;
  /** Whether GraphiQL is served. */
  readonly explorable: boolean;
}

/** One address that a reader may want. */
export interface HomeLink {
  readonly name: string;
  readonly title: string;
  readonly href: string;
  readonly description: string;
}

/** The addresses, in the order of the page. */
export function homeLinks({ explorable }: Pick<HomeFacts, 'explorable'>): readonly HomeLink[] {
  return [
    {
      name: 'portal',
      title: 'Portal',
      href: '/portal',
      description: 'See calls, what was masked in them, agents and their figures.',
    },
    ...(explorable
      ? [
          {
            name: 'graphiql',
            title: 'GraphiQL',
            href: '/graphql',
            description: 'Explore agents, sessions, redactions and reports, and run queries.',
          },
        ]
      : []),
    {
      name: 'openapi',
      title: 'REST API document',
      href: '/api/v1/openapi.json',
      description: 'OpenAPI 3.1: import it into a client, or generate one from it.',
    },
    {
      name: 'readme',
      title: 'README',
      href: '/readme',
      description: 'The first masked call, and how to verify its report.',
    },
    {
      name: 'health',
      title: 'Health',
      href: '/health',
      description: 'Whether the database, the journal and the model providers work.',
    },
  ];
}

/** Ends the browser's session, and shows the page anew. */
const SIGN_OUT = `document.querySelector('#sign-out')?.addEventListener('click', async () => {
  await fetch('/api/v1/auth/logout', { method: 'POST' });
  location.reload();
});`;

/** A shield with a bar across it. */
const MARK = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M12 1.5 3 5v6.2c0 5.3 3.7 9.6 9 11.3 5.3-1.7 9-6 9-11.3V5l-9-3.5Zm5 11.7H7v-2.6h10v2.6Z" />
</svg>`;

/** The head of every page. */
export function headerOf(tagline: string): Markup {
  return html`<header>
    ${MARK}
    <div>
      <h1>Masker</h1>
      <p>${tagline}</p>
    </div>
  </header>`;
}

/** Makes the page. */
export function homePage(facts: HomeFacts): Page {
  const { version, me } = facts;
  const links = homeLinks(facts).map(
    ({ title, href, description }) =>
      html`<li>
        <a href="${href}"><strong>${title}</strong><span>${description}</span></a>
      </li>`,
  );
  const main = html`<main>
    ${headerOf('Compliance firewall for healthcare voice AI')}
    <section class="card who">${me === null ? signedOut(facts) : signedIn(me)}</section>
    <h2>Links</h2>
    <ul class="card">
      ${links}
    </ul>
    <footer>Masker ${version}</footer>
  </main>`;
  return pageOf({ title: 'Masker', main, ...(me === null ? {} : { script: SIGN_OUT }) });
}

function signedIn({ user, account }: Me): Markup {
  const name = user.name ?? user.githubLogin ?? user.email ?? 'Administrator';
  const login = user.githubLogin === null || user.githubLogin === name ? '' : `@${user.githubLogin} · `;
  return html`<div><span>Signed in as</span><strong>${name}</strong><span>${login}Account: ${account.name}</span></div>
    <button type="button" id="sign-out">Sign out</button>`;
}

function signedOut({ github, oidc }: HomeFacts): Markup {
  const gitHubButton = html`<a class="button" href="/api/v1/auth/github?redirect_to=/portal">Sign in with GitHub</a>`;
  const oidcButton = html`<a class="button" href="/api/v1/auth/oidc?redirect_to=/portal"
    >Sign in with your organisation</a
  >`;
  if (github || oidc)
    return html`<div>
        <strong>You are not signed in.</strong><span>Use the login that your administrator allowed.</span>
      </div>
      ${oidc ? oidcButton : html``}${github ? gitHubButton : html``}`;
  return html`<div>
    <strong>You are not signed in.</strong>
    <span
      >Open the sign-in link that the server prints when it starts, or send an access token as
      <code>Authorization: Bearer</code>.</span
    >
  </div>`;
}
