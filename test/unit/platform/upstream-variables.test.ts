/** MASKER_UPSTREAM_<NAME>_<SETTING>. See docs/proxy.md, Upstreams; docs/configuration.md. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { describeConfig, loadConfig } from '../../../src/platform/config.ts';
import type { Config, ConfigProblem, Environment } from '../../../src/platform/config.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { isUpstreamVariable, readUpstreams } from '../../../src/platform/upstream-variables.ts';
import type { UpstreamsReading } from '../../../src/platform/upstream-variables.ts';

function read(env: Environment): { reading: UpstreamsReading; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const reading = readUpstreams(env, (variable, message) => problems.push({ variable, message }));
  return { reading, problems };
}

function load(env: Environment): Config {
  const loaded = loadConfig(env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

const AZURE = {
  MASKER_UPSTREAM_AZURE_BASE_URL: 'https://clinic.openai.azure.com/openai/deployments/gpt-4o/',
  MASKER_UPSTREAM_AZURE_API_KEY: 'k-azure',
  MASKER_UPSTREAM_AZURE_API_KEY_HEADER: 'Api-Key',
  MASKER_UPSTREAM_AZURE_QUERY: 'api-version=2024-10-21',
  MASKER_UPSTREAM_AZURE_MODELS: 'gpt-4o',
};
const OLLAMA = {
  MASKER_UPSTREAM_OLLAMA_BASE_URL: 'http://localhost:11434',
  MASKER_UPSTREAM_OLLAMA_MODELS: 'llama3.1:8b, gemma3',
};

describe('a further upstream', () => {
  test('is what its variables say', () => {
    const { reading, problems } = read(AZURE);
    expect(problems).toEqual([]);
    const [azure] = reading.upstreams;
    expect(azure).toMatchObject({
      name: 'azure',
      baseUrl: 'https://clinic.openai.azure.com/openai/deployments/gpt-4o',
      apiKeyHeader: 'api-key',
      models: ['gpt-4o'],
    });
    expect([azure?.apiKey?.reveal(), azure?.query?.reveal()]).toEqual(['k-azure', 'api-version=2024-10-21']);
  });

  test('needs no key, and an address without a path has its API at /v1', () => {
    expect(read(OLLAMA).reading.upstreams).toEqual([
      {
        name: 'ollama',
        baseUrl: 'http://localhost:11434/v1',
        apiKey: null,
        apiKeyHeader: 'authorization',
        query: null,
        models: ['llama3.1:8b', 'gemma3'],
      },
    ]);
  });

  test.each([
    ['https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1'],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai/',
      'https://generativelanguage.googleapis.com/v1beta/openai',
    ],
    ['http://vllm:8000/', 'http://vllm:8000/v1'],
  ])('at %s has its API at %s', (given, expected) => {
    const { reading } = read({ MASKER_UPSTREAM_X_BASE_URL: given, MASKER_UPSTREAM_X_MODELS: 'm' });
    expect(reading.upstreams.map(({ baseUrl }) => baseUrl)).toEqual([expected]);
  });

  test('has a name that may have underscores, and settings that are told from it', () => {
    const { reading } = read({
      MASKER_UPSTREAM_MY_API_KEY_BASE_URL: 'http://x',
      MASKER_UPSTREAM_MY_API_KEY_MODELS: 'm',
      MASKER_UPSTREAM_MY_API_KEY_API_KEY: 'k',
    });
    expect(reading.upstreams.map(({ name, apiKey }) => [name, apiKey?.reveal()])).toEqual([['my_api_key', 'k']]);
  });

  test('comes after openai in the configuration', () => {
    expect(load({ ...AZURE, ...OLLAMA }).upstream.servers.map(({ name }) => name)).toEqual([
      'openai',
      'azure',
      'ollama',
    ]);
  });

  test('with nothing but empty variables is none', () => {
    expect(read({ MASKER_UPSTREAM_X_BASE_URL: '', MASKER_UPSTREAM_X_MODELS: '' })).toEqual({
      reading: { upstreams: [], shown: {} },
      problems: [],
    });
  });
});

describe('a variable of an upstream', () => {
  test.each([
    'MASKER_UPSTREAM_X_BASE_URL',
    'MASKER_UPSTREAM_X_API_KEY_HEADER',
    'MASKER_UPSTREAM_A_B_QUERY',
    'MASKER_UPSTREAM_bad_MODELS',
  ])('is %s', (name) => {
    expect(isUpstreamVariable(name)).toBe(true);
  });

  test.each([
    'MASKER_UPSTREAM_TIMEOUT_MS',
    'MASKER_UPSTREAM_PROVIDER',
    'MASKER_UPSTREAM_BASE_URL',
    'MASKER_UPSTREAM__MODELS',
    'MASKER_UPSTREAM_X_URL',
    'MASKER_OPENAI_API_KEY',
  ])('is not %s', (name) => {
    expect(isUpstreamVariable(name)).toBe(false);
  });

  const faulty: [string, Environment, string[]][] = [
    ['no address', { MASKER_UPSTREAM_X_MODELS: 'm' }, ['MASKER_UPSTREAM_X_BASE_URL']],
    ['no models', { MASKER_UPSTREAM_X_BASE_URL: 'http://x' }, ['MASKER_UPSTREAM_X_MODELS']],
    ['neither', { MASKER_UPSTREAM_X_API_KEY: 'k' }, ['MASKER_UPSTREAM_X_BASE_URL', 'MASKER_UPSTREAM_X_MODELS']],
    [
      'credentials in the address',
      { ...OLLAMA, MASKER_UPSTREAM_OLLAMA_BASE_URL: 'http://u:p@x' },
      ['MASKER_UPSTREAM_OLLAMA_BASE_URL'],
    ],
    [
      'a query in the address',
      { ...OLLAMA, MASKER_UPSTREAM_OLLAMA_BASE_URL: 'http://x/?a=b' },
      ['MASKER_UPSTREAM_OLLAMA_BASE_URL'],
    ],
    [
      'a key that ends the header',
      { ...OLLAMA, MASKER_UPSTREAM_OLLAMA_API_KEY: 'k\r\nhost: evil' },
      ['MASKER_UPSTREAM_OLLAMA_API_KEY'],
    ],
    [
      'a header that is none',
      { ...AZURE, MASKER_UPSTREAM_AZURE_API_KEY_HEADER: 'api key' },
      ['MASKER_UPSTREAM_AZURE_API_KEY_HEADER'],
    ],
    [
      'a header of the connection',
      { ...AZURE, MASKER_UPSTREAM_AZURE_API_KEY_HEADER: 'Transfer-Encoding' },
      ['MASKER_UPSTREAM_AZURE_API_KEY_HEADER'],
    ],
    [
      'a header for no key',
      { ...OLLAMA, MASKER_UPSTREAM_OLLAMA_API_KEY_HEADER: 'api-key' },
      ['MASKER_UPSTREAM_OLLAMA_API_KEY_HEADER'],
    ],
    [
      'a query with its mark',
      { ...AZURE, MASKER_UPSTREAM_AZURE_QUERY: '?api-version=1' },
      ['MASKER_UPSTREAM_AZURE_QUERY'],
    ],
    ['a query with a fragment', { ...AZURE, MASKER_UPSTREAM_AZURE_QUERY: 'a=b#c' }, ['MASKER_UPSTREAM_AZURE_QUERY']],
    ['a query with a space', { ...AZURE, MASKER_UPSTREAM_AZURE_QUERY: 'a=b c' }, ['MASKER_UPSTREAM_AZURE_QUERY']],
    [
      'a query that is half encoded',
      { ...AZURE, MASKER_UPSTREAM_AZURE_QUERY: 'a=%2' },
      ['MASKER_UPSTREAM_AZURE_QUERY'],
    ],
    ['a model twice', { ...OLLAMA, MASKER_UPSTREAM_OLLAMA_MODELS: 'a,a' }, ['MASKER_UPSTREAM_OLLAMA_MODELS']],
    ['a name in lower case', { MASKER_UPSTREAM_groq_MODELS: 'm' }, ['MASKER_UPSTREAM_groq_MODELS']],
    [
      'a name that is too long',
      { [`MASKER_UPSTREAM_${'X'.repeat(33)}_MODELS`]: 'm' },
      [`MASKER_UPSTREAM_${'X'.repeat(33)}_MODELS`],
    ],
    [
      'the name openai',
      { MASKER_UPSTREAM_OPENAI_BASE_URL: 'http://x', MASKER_UPSTREAM_OPENAI_MODELS: 'm' },
      ['MASKER_UPSTREAM_OPENAI_BASE_URL', 'MASKER_UPSTREAM_OPENAI_MODELS'],
    ],
    ['the name stub', { MASKER_UPSTREAM_STUB_MODELS: 'm' }, ['MASKER_UPSTREAM_STUB_MODELS']],
  ];
  test.each(faulty)('with %s', (_case, env, variables) => {
    const { reading, problems } = read(env);
    expect(problems.map(({ variable }) => variable).sort()).toEqual(variables);
    expect(reading.upstreams).toEqual([]);
  });

  test('is one problem among all of the start, and other upstreams are read all the same', () => {
    const loaded = loadConfig({
      MASKER_LISTEN_ADDR: 'x',
      ...OLLAMA,
      MASKER_UPSTREAM_X_MODELS: 'm',
      MASKER_UPSTREAM_Y_BASE_URL: 'y',
      MASKER_UPSTREAM_PROVIDER: 'ollama',
    });
    expect(loaded.ok ? [] : loaded.problems.map(({ variable }) => variable).sort()).toEqual([
      'MASKER_LISTEN_ADDR',
      'MASKER_UPSTREAM_X_BASE_URL',
      'MASKER_UPSTREAM_Y_BASE_URL',
      'MASKER_UPSTREAM_Y_MODELS',
    ]);
  });

  test('that is mistyped is no variable', () => {
    const loaded = loadConfig({ MASKER_UPSTREAM_GROQ_URL: 'x' });
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ variable: 'MASKER_UPSTREAM_GROQ_URL' }]);
  });
});

describe('what is shown of it', () => {
  const MARK = 'LEAKMARK';

  test('is every setting, the key and the query as set', () => {
    const shown = describeConfig(load({ ...AZURE, ...OLLAMA }));
    expect(shown).toMatchObject({
      MASKER_UPSTREAM_AZURE_BASE_URL: 'https://clinic.openai.azure.com/openai/deployments/gpt-4o',
      MASKER_UPSTREAM_AZURE_API_KEY: '[set]',
      MASKER_UPSTREAM_AZURE_API_KEY_HEADER: 'api-key',
      MASKER_UPSTREAM_AZURE_QUERY: '[set]',
      MASKER_UPSTREAM_AZURE_MODELS: 'gpt-4o',
      MASKER_UPSTREAM_OLLAMA_API_KEY: '[not set]',
      MASKER_UPSTREAM_OLLAMA_MODELS: 'llama3.1:8b,gemma3',
    });
  });

  test('never holds a secret', () => {
    const config = load({ ...AZURE, MASKER_UPSTREAM_AZURE_API_KEY: MARK, MASKER_UPSTREAM_AZURE_QUERY: `code=${MARK}` });
    expect(
      [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), inspect(describeConfig(config))].join(
        '\n',
      ),
    ).not.toContain(MARK);
    expect(config.upstream.servers[1]?.apiKey).toBeInstanceOf(Secret);
  });

  test('is no value in any problem', () => {
    for (const setting of ['BASE_URL', 'API_KEY', 'API_KEY_HEADER', 'QUERY', 'MODELS']) {
      for (const value of [`${MARK} \u0000`, `https://${MARK}:${MARK}@x y`]) {
        const { problems } = read({ [`MASKER_UPSTREAM_X_${setting}`]: value });
        expect(problems.length).toBeGreaterThan(0);
        expect(JSON.stringify(problems)).not.toContain(MARK);
      }
    }
  });
});
