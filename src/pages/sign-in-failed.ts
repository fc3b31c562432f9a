/** The page that a sign-in ends on when it fails: what was wrong, and what to do. */
import type { FailureCode } from '../platform/failure.ts';
import { headerOf } from './home.ts';
import { html, pageOf } from './html.ts';
import type { Page } from './html.ts';

export interface FailedSignIn {
  readonly code: FailureCode;
  readonly message: string;
  readonly requestId: string;
}

/** Makes the page. */
export function signInFailedPage({ code, message, requestId }: FailedSignIn): Page {
  const main = html`<main>
    ${headerOf('Compliance firewall for healthcare voice AI')}
    <section class="card who">
      <div>
        <strong>You are not signed in.</strong>
        <p>${message}</p>
      </div>
      <a class="button" href="/">Back</a>
    </section>
    <footer>${code} · ${requestId}</footer>
  </main>`;
  return pageOf({ title: 'Sign-in failed · Masker', main });
}
