/**
 * An OpenID provider for tests: real HTTP, real signatures, and the provider's side of the code flow with PKCE as strictly as
 * OpenID Connect Core 1.0 has it. A test may change what it says.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';

/** A key of the provider. */
interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** What a token is made of; a test may replace how. */
export interface TokenParts {
  readonly claims: JWTPayload;
  readonly key: SigningKey;
}

export interface TestOpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the ID token says of whoever approves, over the usual claims; undefined leaves a claim out. */
  claims: Record<string, unknown>;
  /** Makes the ID token; null for a sound one. */
  forge: ((parts: TokenParts) => Promise<string> | string) | null;
  /** Over the metadata. */
  metadata: Record<string, unknown>;
  /** The parameter `iss` of answers; null for none. */
  answersAs: string | null;
  /** Has another key from now on, and publishes it alone. */
  rotate(): Promise<void>;
  /** Every request so far, as `METHOD path`. */
  readonly requests: string[];
  close(): Promise<void>;
}

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

export const CLIENT_ID = 'masker';
const CLIENT_SECRET = 'a secret of the client';

async function newKey(): Promise<SigningKey> {
  const kid = randomBytes(8).toString('hex');
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

/** Signs as a sound provider does. */
export function soundToken({ claims, key }: TokenParts): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(key.privateKey);
}

/** Starts one on a port of its own. */
export async function startOpenIdProvider(): Promise<TestOpenIdProvider> {
  let key = await newKey();
  const grants = new Map<string, Grant>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/clinic`;
  const provider: TestOpenIdProvider = {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    claims: {},
    forge: null,
    metadata: {},
    answersAs: issuer,
    rotate: async () => {
      key = await newKey();
    },
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function json(response: ServerResponse, body: unknown, status = 200): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const value = (name: string): string => query.get(name) ?? '';
    if (value('client_id') !== CLIENT_ID || value('code_challenge_method') !== 'S256') {
      json(response, { error: 'invalid_request' }, 400);
      return;
    }
    const code = randomBytes(16).toString('hex');
    grants.set(code, {
      challenge: value('code_challenge'),
      redirectUri: value('redirect_uri'),
      nonce: value('nonce'),
    });
    const location = new URL(value('redirect_uri'));
    location.searchParams.set('code', code);
    location.searchParams.set('state', value('state'));
    if (provider.answersAs !== null) location.searchParams.set('iss', provider.answersAs);
    response.writeHead(302, { location: location.href }).end();
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString('utf8');
    const form = new URLSearchParams(text);
    const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`, 'utf8').toString('base64');
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '', 'utf8')
      .digest('base64url');
    const isSound =
      request.headers.authorization === `Basic ${basic}` &&
      grant?.challenge === challenge &&
      grant.redirectUri === form.get('redirect_uri');
    if (!isSound) {
      json(response, { error: 'invalid_grant' }, 400);
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: issuer, aud: CLIENT_ID, iat: now, exp: now + 300, nonce: grant.nonce, sub: 'person-1' };
    const claims = JSON.parse(JSON.stringify({ ...usual, ...provider.claims })) as JWTPayload;
    const idToken = await (provider.forge ?? soundToken)({ claims, key });
    json(response, { token_type: 'Bearer', access_token: 'unused', expires_in: 300, id_token: idToken });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    const path = url.pathname.replace('/realms/clinic', '');
    if (path === '/.well-known/openid-configuration') {
      json(response, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        authorization_response_iss_parameter_supported: true,
        ...provider.metadata,
      });
    } else if (path === '/authorize') authorize(url.searchParams, response);
    else if (path === '/token') await token(request, response);
    else if (path === '/keys') json(response, { keys: [key.publicJwk] });
    else json(response, {}, 404);
  }
  return provider;
}
