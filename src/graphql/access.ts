import type { Viewer } from '../accounts/viewer.ts';
import { Failure } from '../platform/failure.ts';
import type { GraphqlContext } from './context.ts';

/** What a caller without the permission is told; `signedIn` says whether we know who it is. */
export function refusal(signedIn: boolean): Failure {
  return signedIn
    ? new Failure('forbidden', 'Your role does not permit this, or your access token does not have the permission.')
    : new Failure('unauthenticated', 'Sign in, or send an access token.');
}

/** The viewer of an operation that needs one. Throws Failure `unauthenticated`. */
export function viewerOf({ viewer }: GraphqlContext): Viewer {
  if (viewer === null) throw refusal(false);
  return viewer;
}
