/** What the routes of sign-in and sign-out are, for the OpenAPI document and for Allow. auth-routes.ts answers them. */
import type { FailureCode } from '../platform/failure.ts';

/** A route that redirects a browser, or ends its session. */
export interface SignInRoute {
  readonly method: 'GET' | 'POST';
  /** Below /api/v1. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Query parameters with what they are. */
  readonly query: Readonly<Record<string, string>>;
  /** 302 with Location; 204 without. */
  readonly status: 302 | 204;
  /** Where Location leads; null for none. */
  readonly location: string | null;
  /** What Set-Cookie sets. */
  readonly cookies: string;
  /** Whether HEAD is answered: not where a GET spends something that is good once. */
  readonly answersHead: boolean;
  /** What can fail besides what can fail everywhere. */
  readonly failures: readonly FailureCode[];
}

const STATE = 'The state of the sign-in, for ten minutes: masker_oauth_state or masker_oidc_state.';
const SESSION = 'The browser session: masker_session, for 30 days after its last use.';
const REDIRECT = 'Where to go after the sign-in: a path of this server; /portal without it.';
const CALLBACK_PARAMETERS = {
  code: 'The code of the provider.',
  state: 'The state that the sign-in began with.',
  error: 'Why there is no code.',
  iss: 'Who answers (RFC 9207).',
};

function signInWith(name: 'github' | 'oidc', title: string, began: readonly FailureCode[]): SignInRoute[] {
  const suffix = name === 'github' ? 'GitHub' : 'Oidc';
  return [
    {
      method: 'GET',
      path: `/auth/${name}`,
      operationId: `signInWith${suffix}`,
      summary: `Begin a sign-in with ${title}.`,
      query: { redirect_to: REDIRECT },
      status: 302,
      location: 'The page of the provider.',
      cookies: STATE,
      answersHead: true,
      failures: ['validation_failed', 'not_found', ...began],
    },
    {
      method: 'GET',
      path: `/auth/${name}/callback`,
      operationId: `finishSignInWith${suffix}`,
      summary: `Finish a sign-in with ${title}. The provider sends the browser here.`,
      query: CALLBACK_PARAMETERS,
      status: 302,
      location: 'The path that the sign-in began with.',
      cookies: `${SESSION} The state is taken away, also by failures.`,
      answersHead: false,
      failures: [
        'invalid_state',
        'validation_failed',
        'not_found',
        'sign_in_refused',
        'invitation_invalid',
        'user_upsert_failed',
        'oauth_exchange_failed',
      ],
    },
  ];
}

/** Every route of sign-in and sign-out. */
export const SIGN_IN_ROUTES: readonly SignInRoute[] = [
  ...signInWith('github', 'GitHub', []),
  ...signInWith('oidc', 'the OpenID provider', ['oauth_exchange_failed']),
  {
    method: 'GET',
    path: '/auth/invitation',
    operationId: 'acceptInvitation',
    summary: 'Begin the sign-in that accepts an invitation.',
    query: {
      token: 'The token of the link.',
      with: '`oidc` for the OpenID provider, where GitHub is configured, too.',
    },
    status: 302,
    location: 'The page of the provider.',
    cookies: STATE,
    answersHead: false,
    failures: ['invitation_invalid', 'not_found', 'oauth_exchange_failed'],
  },
  {
    method: 'GET',
    path: '/auth/bootstrap',
    operationId: 'redeemSignInLink',
    summary: 'Sign in by a link of the operator, which works once.',
    query: { token: 'The token of the link.' },
    status: 302,
    location: 'The portal.',
    cookies: SESSION,
    answersHead: false,
    failures: ['unauthenticated'],
  },
  {
    method: 'POST',
    path: '/auth/logout',
    operationId: 'signOut',
    summary: 'End the browser session of the cookie. Without one there is nothing to end.',
    query: {},
    status: 204,
    location: null,
    cookies: 'The session is taken away, where there is one.',
    answersHead: false,
    failures: ['forbidden', 'unsupported_media_type'],
  },
];
