/** A whole instance for tests: the real composition, a database of its own, a port of its own, a log that is kept. */
import { createHash } from 'node:crypto';
import { startInstance } from '../src/cli/instance.ts';
import type { Instance } from '../src/cli/instance.ts';
import { loadConfig } from '../src/platform/config.ts';
import { loadKeys } from '../src/platform/key-files.ts';
import { createLogger } from '../src/platform/log.ts';

export const BOOTSTRAP_TOKEN = 'msk_test_0123456789abcdefghijklmnop';

/** Keys as a production start has them; the same for every instance, so that several can share a database. */
export const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  ['MASKER_KEY_K_HEALTHCARE', 'MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'].map((name) => [
    name,
    createHash('sha256').update(name).digest('base64'),
  ]),
);

export interface AgentSettings {
  readonly name?: string;
  readonly upstream?: string;
  readonly tokenization?: string;
  readonly policy_yaml?: string;
  readonly policy_name?: string;
  /** Default null: anybody who knows the id may call. A test instance counts as production, where that must be said. */
  readonly caller_auth?: object | null;
}

export interface CreatedAgent {
  readonly id: string;
  readonly proxy_url: string;
  /** The base URL for OpenAI clients: up to `/v1`. */
  readonly baseUrl: string;
}

export interface TestInstance extends Instance {
  /** Every line that was logged. */
  readonly logged: string[];
  /** A REST request as the bootstrap admin; `path` below /api/v1. */
  api(method: string, path: string, body?: unknown): Promise<Response>;
  /** The same for GraphQL: the `data` of the answer. Throws when there are errors. */
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  createAgent(settings?: AgentSettings): Promise<CreatedAgent>;
  /** A chat completion through the agent's proxy. */
  chat(agent: CreatedAgent, body: object, headers?: Record<string, string>): Promise<Response>;
}

/** Starts an instance on the database of `url`. `env` adds to or replaces its environment. */
export async function startTestInstance(url: string, env: Record<string, string> = {}): Promise<TestInstance> {
  const loaded = loadConfig({
    ...KEYS,
    MASKER_DATABASE_URL: url,
    MASKER_LISTEN_ADDR: '127.0.0.1:0',
    MASKER_BOOTSTRAP_TOKEN: BOOTSTRAP_TOKEN,
    MASKER_DRAIN_GRACE_MS: '0',
    MASKER_CALLBACK_PRIVATE_NETWORKS: '127.0.0.0/8',
    // Tests of several accounts use one provider; what an account may not do is for operator-keys.test.ts.
    MASKER_OPERATOR_KEY_ACCOUNTS: 'all',
    ...env,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const keys = await loadKeys(loaded.config);
  if (!keys.ok) throw new Error(JSON.stringify(keys.problems));
  const logged: string[] = [];
  const log = createLogger({ level: 'trace', format: 'json', destination: { write: (line) => logged.push(line) } });
  const instance = await startInstance(loaded.config, keys.keys, loaded.config.bootstrapToken, url, log);

  const api = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${instance.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  let made = 0;
  return {
    ...instance,
    logged,
    api,
    graphql: async <T>(query: string, variables: Record<string, unknown> = {}) => {
      const response = await fetch(`${instance.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    createAgent: async (settings = {}) => {
      made += 1;
      const response = await api('POST', '/agents', {
        name: `agent-${made}`,
        upstream: 'openai:gpt-4o-mini',
        caller_auth: null,
        ...settings,
      });
      if (response.status !== 201) throw new Error(await response.text());
      const { agent } = (await response.json()) as { agent: { id: string } };
      const baseUrl = `${instance.url}/proxy/${agent.id}/v1`;
      return { id: agent.id, proxy_url: `${baseUrl}/chat/completions`, baseUrl };
    },
    chat: (agent, body, headers = {}) =>
      fetch(agent.proxy_url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}
