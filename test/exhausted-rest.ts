/** REST behind limits that are used up: every request of a stranger is one too many. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccessTokens } from '../src/accounts/access-tokens.ts';
import { createBrowserSessions } from '../src/accounts/browser-sessions.ts';
import { createCredentials } from '../src/accounts/credentials.ts';
import { restDoor } from '../src/cli/wiring/rest-door.ts';
import { createLimits } from '../src/http/limits.ts';
import { createRateLimitStore } from '../src/http/rate-limit-store.ts';
import { LIMITS, RateLimiter } from '../src/http/rate-limiter.ts';
import { systemClock } from '../src/platform/clock.ts';
import { newId } from '../src/platform/ids.ts';
import type { TestApi } from './api.ts';

export interface ExhaustedRest {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on an ephemeral port, with a clock that stands still, so that no request is allowed again. */
export async function startExhaustedRest({ rest, database }: TestApi): Promise<ExhaustedRest> {
  const { prisma } = database;
  const credentials = createCredentials({
    browserSessions: createBrowserSessions({ prisma, secureCookies: true, clock: systemClock }),
    accessTokens: createAccessTokens({ prisma, clock: systemClock }),
    bootstrapTokenHash: null,
  });
  const limiter = new RateLimiter({
    store: createRateLimitStore(database.pool),
    now: () => 0,
    onStoreError: (error) => {
      throw error;
    },
  });
  const limits = createLimits({ limiter, accountOf: () => Promise.resolve(null), trustedHops: 0 });
  const door = restDoor(rest, credentials, limits);
  const server = createServer((request, response) => {
    void door(request, response, newId('request'), () => undefined);
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (let n = 0; n < LIMITS.api.burst; n += 1) await (await fetch(`${url}/api/v1/nothing`)).arrayBuffer();
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
