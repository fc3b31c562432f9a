/**
 * The same client code run twice: straight to a provider, and with Masker in between under each kind of tokens. What the
 * caller's code sees must be the same; what the provider sees must be the same but for the values.
 */
import OpenAI from 'openai';
import type { ClientOptions } from 'openai';
import { afterAll, beforeAll, expect } from 'vitest';
import { createTestDatabase } from '../../database.ts';
import type { TestDatabase } from '../../database.ts';
import { startTestInstance } from '../../instance.ts';
import type { CreatedAgent, TestInstance } from '../../instance.ts';
import { startProvider } from '../../openai-provider.ts';
import type { RawScript, Script, TestProvider } from '../../openai-provider.ts';
import type { Received } from '../../upstream.ts';

/** What a caller says in these tests, and everything of it that must not reach a provider. */
export const SAID =
  'Hi, this is Maria Gonzalez. My number is (415) 555-0142, my social is 123-45-6789 and I was born on March 14, 1982.';
export const PHI = [
  'Maria',
  'Gonzalez',
  '555-0142',
  '5550142',
  '123-45-6789',
  '123456789',
  'March 14',
  'Robert',
  'Chen',
  '00482913',
  'maria.gonzalez',
  '1982-03-14',
];

/** The client's own key; the provider behind Masker must see Masker's. */
const CLIENT_KEY = 'sk-of-the-platform';
const TOKENIZATIONS = ['vault-deterministic', 'reversible-aead'] as const;

export interface Parity {
  /** The provider that clients talk to directly. */
  readonly direct: TestProvider;
  /** The provider behind Masker. */
  readonly behind: TestProvider;
  readonly masker: TestInstance;
  readonly agent: CreatedAgent;
  /** A client of Masker's proxy; of the agent with tokens in the vault where none is given. */
  client(options?: ClientOptions, agent?: CreatedAgent): OpenAI;
  /**
   * Runs the code straight to the provider, then through Masker under each kind of tokens; asserts that it comes to the
   * same, and that the provider behind Masker was asked the same without any value. Resolves with what it comes to.
   */
  same<T>(script: Script | RawScript, run: (openai: OpenAI) => Promise<T>, options?: ClientOptions): Promise<T>;
  /** Runs the code through Masker only, under tokens in the vault; asserts that no value left. */
  masked<T>(script: Script | RawScript, run: (openai: OpenAI) => Promise<T>, options?: ClientOptions): Promise<T>;
  /** Runs the code straight to the provider. */
  unmasked<T>(script: Script | RawScript, run: (openai: OpenAI) => Promise<T>, options?: ClientOptions): Promise<T>;
}

/** The client itself, with nothing changed but where it sends its requests. */
function openai(baseURL: string, options: ClientOptions = {}): OpenAI {
  return new OpenAI({ baseURL, apiKey: CLIENT_KEY, maxRetries: 0, ...options });
}

/** Starts both ways for one test file. */
export function startParity(env: Record<string, string> = {}): Parity {
  let db: TestDatabase | undefined;
  const started: Partial<{ direct: TestProvider; behind: TestProvider; masker: TestInstance; agents: CreatedAgent[] }> =
    {};
  const use = <Key extends keyof typeof started>(key: Key): NonNullable<(typeof started)[Key]> => {
    const value = started[key];
    if (value === undefined) throw new Error('not started yet');
    return value;
  };
  beforeAll(async () => {
    db = await createTestDatabase();
    [started.direct, started.behind] = await Promise.all([startProvider(), startProvider()]);
    const masker = await startTestInstance(db.url, {
      MASKER_OPENAI_BASE_URL: started.behind.url,
      MASKER_OPENAI_API_KEY: 'sk-of-masker',
      ...env,
    });
    started.masker = masker;
    started.agents = await Promise.all(
      TOKENIZATIONS.map((tokenization) => masker.createAgent({ name: tokenization, tokenization })),
    );
  });
  afterAll(async () => {
    await started.masker?.close();
    await started.direct?.close();
    await started.behind?.close();
    await db?.drop();
  });

  /** A provider that failed a few times in a row is not asked for a while: no test is to feel the failures of another. */
  const beginAnew = async (agent: CreatedAgent): Promise<void> => {
    use('behind').play(() => ({ content: 'ready' }));
    for (let ready = false; !ready;) {
      const response = await use('masker').chat(agent, { messages: [{ role: 'user', content: 'ready?' }] });
      await response.text();
      ready = response.status === 200;
    }
  };
  const through = async <T>(
    agent: CreatedAgent,
    script: Script | RawScript,
    run: (openai: OpenAI) => Promise<T>,
    options?: ClientOptions,
  ): Promise<T> => {
    const behind = use('behind');
    await beginAnew(agent);
    behind.play(script);
    const result = await run(openai(agent.baseUrl, options));
    expectClean(behind);
    return result;
  };
  const unmasked: Parity['unmasked'] = async (script, run, options) => {
    const direct = use('direct');
    direct.play(script);
    return run(openai(`${direct.url}/v1`, options));
  };
  const firstAgent = (): CreatedAgent => {
    const [agent] = use('agents');
    if (agent === undefined) throw new Error('no agent');
    return agent;
  };
  return {
    get direct() {
      return use('direct');
    },
    get behind() {
      return use('behind');
    },
    get masker() {
      return use('masker');
    },
    get agent() {
      return firstAgent();
    },
    client: (options, agent = firstAgent()) => openai(agent.baseUrl, options),
    async same(script, run, options) {
      const expected = await unmasked(script, run, options);
      const asked = use('direct').received.map(read);
      for (const agent of use('agents')) {
        const result = await through(agent, script, run, options);
        expect(result).toEqual(expected);
        const seen = use('behind').received.map(read);
        expect(seen).toHaveLength(asked.length);
        for (const [n, request] of seen.entries()) expectSameButValues(request, asked[n], `request ${n}`);
      }
      return expected;
    },
    async masked(script, run, options) {
      return through(firstAgent(), script, run, options);
    },
    unmasked,
  };
}

function expectClean(provider: TestProvider): void {
  const everything = provider.everything();
  for (const value of [...PHI, CLIENT_KEY]) expect(everything).not.toContain(value);
  for (const { headers } of provider.received) {
    expect(headers.authorization).toBe('Bearer sk-of-masker');
    expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
  }
}

function read({ method, url, body }: Received): unknown {
  return [method, url, body.length === 0 ? null : JSON.parse(body.toString('utf8'))];
}

const TOKEN = /MSKV?1\.[A-Z_]+\.[A-Z0-9_]+\.[A-Z2-7]+/;

/** Asserts that a masked request is the plain one with tokens at the places of values, and with nothing else changed. */
function expectSameButValues(masked: unknown, plain: unknown, at: string): void {
  if (typeof masked === 'string' && TOKEN.test(masked)) {
    const around = masked.split(TOKEN).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    expect(String(plain), at).toMatch(new RegExp(`^${around.join('[\\s\\S]+?')}$`));
  } else if (Array.isArray(masked)) {
    const items: unknown[] = Array.isArray(plain) ? plain : [];
    expect(items.length, at).toBe(masked.length);
    for (const [n, item] of masked.entries()) expectSameButValues(item, items[n], `${at}/${n}`);
  } else if (typeof masked === 'object' && masked !== null) {
    const [left, right] = [Object.entries(masked), Object.entries(plain ?? {})];
    expect(left.length, at).toBe(right.length);
    for (const [n, [key, member]] of left.entries()) {
      expectSameButValues(key, right[n]?.[0], `${at}, a key`);
      expectSameButValues(member, right[n]?.[1], `${at}/${key}`);
    }
  } else {
    expect(masked, at).toEqual(plain);
  }
}

/** What code sees of an error: enough to tell any two apart. */
export interface SeenError {
  readonly name: string;
  readonly status: number | undefined;
  readonly message: string;
  readonly code: string | null | undefined;
  readonly type: string | undefined;
  readonly param: string | null | undefined;
}

/** The error that a promise rejects with. Throws where it resolves. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<SeenError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  const { code, type, param, status }: Partial<SeenError> = error;
  return { name: error.constructor.name, status, message: error.message, code, type, param };
}

/** Between two texts; throws where they are not there. For scripts, which see values on one way and tokens on the other. */
export function between(text: string, before: string, after: string): string {
  const start = text.indexOf(before) + before.length;
  const end = text.indexOf(after, start);
  if (start < before.length || end === -1) throw new Error('the text is not as expected');
  return text.slice(start, end);
}

/** The parts of {@link SAID} as the model reads them. */
export function readSaid(said: string): {
  readonly name: string;
  readonly phone: string;
  readonly ssn: string;
  readonly dob: string;
} {
  return {
    name: between(said, 'this is ', '. My'),
    phone: between(said, 'number is ', ', my'),
    ssn: between(said, 'social is ', ' and I'),
    dob: between(`${said}\n`, 'born on ', said.endsWith('.') ? '.\n' : '\n'),
  };
}
