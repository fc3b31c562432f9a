/** The signing keys of an OpenID provider (RFC 7517), kept, and loaded again where a token names one that is not among them. */
import { createLocalJWKSet, errors } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';

/** Loaded again at most so often: tokens with made-up key IDs would otherwise make the provider busy. In milliseconds. */
const RELOAD_MS = 60_000;
/** Loaded again in any case after so long, so that a key that was withdrawn is forgotten. */
const KEPT_MS = 3_600_000;

const Keys = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

interface Kept {
  readonly find: JWTVerifyGetKey;
  readonly at: number;
}

/** Returns the function that finds the key of a token. `load` reads the key set of the provider. */
export function createOidcKeys(load: () => Promise<unknown>, clock: Clock): JWTVerifyGetKey {
  let kept: Kept | null = null;
  let loading: Promise<Kept> | null = null;
  const reload = (): Promise<Kept> => {
    loading ??= load()
      .then((answer) => {
        kept = { find: createLocalJWKSet(Keys.parse(answer)), at: clock.now() };
        return kept;
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  return async (header, token) => {
    const known = kept !== null && clock.now() - kept.at < KEPT_MS ? kept : await reload();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || clock.now() - known.at < RELOAD_MS) throw error;
      return (await reload()).find(header, token);
    }
  };
}
