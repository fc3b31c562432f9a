import path from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  describeConfig,
  loadConfig,
  type Config,
  type ConfigProblem,
  type Environment,
  type LoadOptions,
} from '../../../src/platform/config.ts';

/** Base64 of 32 bytes, another for each number. */
const key = (number: number): string =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => (number * 37 + index * 11) % 256)).toString('base64');

const KEYS = {
  MASKER_KEY_K_HEALTHCARE: key(1),
  MASKER_AUDIT_HMAC_KEY: key(2),
  MASKER_SIGNING_KEY: key(3),
  MASKER_SESSION_SECRET: 'a-session-secret-of-some-forty-characters',
};

function load(env: Environment, options?: LoadOptions): Config {
  const result = loadConfig(env, options);
  if (!result.ok) throw new Error(`unexpected problems: ${JSON.stringify(result.problems)}`);
  return result.config;
}

function problems(env: Environment, options?: LoadOptions): readonly ConfigProblem[] {
  const result = loadConfig(env, options);
  return result.ok ? [] : result.problems;
}

const faulty = (env: Environment): string[] =>
  problems(env)
    .map((problem) => problem.variable)
    .sort();

describe('defaults', () => {
  const config = load({});

  test('are those of the documentation', () => {
    expect(config).toMatchObject({
      production: false,
      listen: { host: '0.0.0.0', port: 8080 },
      publicUrl: 'http://localhost:8080',
      databaseUrl: null,
      dataDir: path.resolve('data'),
      github: { client: null, baseUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
      keys: { ring: [], auditHmac: null, signing: null, session: null },
      upstream: {
        provider: 'openai',
        servers: [
          {
            name: 'openai',
            baseUrl: 'https://api.openai.com/v1',
            apiKey: null,
            apiKeyHeader: 'authorization',
            query: null,
            models: ['gpt-4o-mini', 'gpt-4o'],
          },
        ],
        defaultModel: 'gpt-4o-mini',
        timeoutMs: 30_000,
      },
      clientTimeoutMs: 30_000,
      trustedHops: 0,
      drain: { graceMs: 0, timeoutMs: 30_000 },
      streamBufferMs: 50,
      maxBodyBytes: 10 * 1024 * 1024,
      policyPath: path.resolve('configs/mask_policy.yaml'),
      ner: null,
      detectionTimeoutMs: 200,
      sessionIdleSeconds: 900,
      rateLimits: 'off',
      log: { level: 'info', format: 'json' },
      bootstrapToken: null,
    });
  });

  test('an empty variable is one that is not set', () => {
    expect(
      load({ MASKER_LISTEN_ADDR: '', MASKER_GITHUB_CLIENT_ID: '', MASKER_KEY_K_X: '', MASKER_DATABASE_URL: '' }),
    ).toEqual(config);
  });

  test('variables of others are left alone', () => {
    expect(
      problems({ PATH: '/bin', HOME: '/root', OPENAI_API_KEY: 'x', DATABASE_URL: 'x', masker_listen_addr: 'x' }),
    ).toEqual([]);
  });
});

describe('each rule', () => {
  const accepted: [string, string, (config: Config) => unknown, unknown][] = [
    ['MASKER_LISTEN_ADDR', '127.0.0.1:0', (c) => c.listen, { host: '127.0.0.1', port: 0 }],
    ['MASKER_LISTEN_ADDR', '[::1]:8080', (c) => c.listen, { host: '::1', port: 8080 }],
    ['MASKER_LISTEN_ADDR', 'masker.internal:65535', (c) => c.listen, { host: 'masker.internal', port: 65_535 }],
    ['MASKER_LISTEN_ADDR', '0.0.0.0:9000', (c) => c.publicUrl, 'http://localhost:9000'],
    ['MASKER_PUBLIC_URL', 'https://masker.example.org/', (c) => c.publicUrl, 'https://masker.example.org'],
    ['MASKER_PUBLIC_URL', 'https://example.org/masker/', (c) => c.publicUrl, 'https://example.org/masker'],
    ['MASKER_DATA_DIR', '/var/lib/masker', (c) => c.dataDir, '/var/lib/masker'],
    [
      'MASKER_GITHUB_BASE_URL',
      'https://github.example.org/',
      (c) => c.github.apiUrl,
      'https://github.example.org/api/v3',
    ],
    ['MASKER_GITHUB_API_URL', 'http://127.0.0.1:3000', (c) => c.github.apiUrl, 'http://127.0.0.1:3000'],
    ['MASKER_GITHUB_ALLOWED_LOGINS', 'Mary, ann-lee', (c) => c.github.allowed.logins, ['mary', 'ann-lee']],
    ['MASKER_GITHUB_ALLOWED_LOGINS', 'open', (c) => c.github.allowed.logins, 'open'],
    ['MASKER_GITHUB_ALLOWED_ORGS', 'Clinic', (c) => c.github.allowed.organisations, ['clinic']],
    ['MASKER_OPERATOR_KEY_ACCOUNTS', 'all', (c) => c.operatorKeyAccounts, 'all'],
    [
      'MASKER_OPERATOR_KEY_ACCOUNTS',
      'acc_01J3Z8Q4V9Y6R2M7T5W0X1C8KD, acc_00000000000000000000000000',
      (c) => c.operatorKeyAccounts,
      ['acc_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', 'acc_00000000000000000000000000'],
    ],
    ['MASKER_KEY_ROTATION_GRACE_DAYS', '0', (c) => c.variables.MASKER_KEY_ROTATION_GRACE_DAYS, 0],
    ['MASKER_UPSTREAM_PROVIDER', 'stub', (c) => c.upstream.provider, 'stub'],
    [
      'MASKER_OPENAI_BASE_URL',
      'http://localhost:9999',
      (c) => c.upstream.servers[0]?.baseUrl,
      'http://localhost:9999/v1',
    ],
    [
      'MASKER_OPENAI_BASE_URL',
      'http://localhost:9999/v1/',
      (c) => c.upstream.servers[0]?.baseUrl,
      'http://localhost:9999/v1',
    ],
    [
      'MASKER_OPENAI_BASE_URL',
      'https://gateway.internal/openai',
      (c) => c.upstream.servers[0]?.baseUrl,
      'https://gateway.internal/openai/v1',
    ],
    ['MASKER_OPENAI_MODELS', 'gpt-5, gpt-5-mini', (c) => c.upstream.servers[0]?.models, ['gpt-5', 'gpt-5-mini']],
    ['MASKER_DEFAULT_MODEL', 'o9', (c) => c.upstream.defaultModel, 'o9'],
    ['MASKER_UPSTREAM_TIMEOUT_MS', '1', (c) => c.upstream.timeoutMs, 1],
    ['MASKER_CLIENT_TIMEOUT_MS', '500', (c) => c.clientTimeoutMs, 500],
    ['MASKER_TRUSTED_HOPS', '2', (c) => c.trustedHops, 2],
    ['MASKER_DRAIN_GRACE_MS', '1500', (c) => c.drain.graceMs, 1500],
    ['MASKER_DRAIN_TIMEOUT_MS', '0', (c) => c.drain.timeoutMs, 0],
    ['MASKER_STREAM_BUFFER_MS', '0', (c) => c.streamBufferMs, 0],
    ['MASKER_MAX_BODY_BYTES', '1024', (c) => c.maxBodyBytes, 1024],
    ['MASKER_MAX_TEXT_CHARS', '50000', (c) => c.maxTextLength, 50_000],
    ['MASKER_SESSION_MEMORY_MB', '2', (c) => c.sessionMemoryBytes, 2_097_152],
    ['MASKER_POLICY_PATH', '/etc/masker.yaml', (c) => c.policyPath, '/etc/masker.yaml'],
    ['MASKER_NER_URL', 'http://gemma:11434', (c) => c.ner, { url: 'http://gemma:11434', model: null }],
    ['MASKER_DETECTION_TIMEOUT_MS', '50', (c) => c.detectionTimeoutMs, 50],
    ['MASKER_RETELL_PARTIAL_DEDUP', 'true', (c) => c.webhooks.retellPartialDedup, true],
    ['MASKER_RETELL_PARTIAL_DEDUP', '0', (c) => c.webhooks.retellPartialDedup, false],
    ['MASKER_SESSION_IDLE_SECONDS', '1', (c) => c.sessionIdleSeconds, 1],
    ['MASKER_PAYLOAD_RETENTION_DAYS', '7', (c) => c.variables.MASKER_PAYLOAD_RETENTION_DAYS, 7],
    ['MASKER_SESSION_METADATA_RETENTION_DAYS', '1', (c) => c.variables.MASKER_SESSION_METADATA_RETENTION_DAYS, 1],
    [
      'MASKER_CORS_ORIGINS',
      'https://a.example, http://localhost:5173',
      (c) => c.corsOrigins,
      ['https://a.example', 'http://localhost:5173'],
    ],
    ['MASKER_INTROSPECTION', '0', (c) => c.introspection, false],
    ['MASKER_PERSISTED_OPERATIONS', '/etc/ops.json', (c) => c.persistedOperations.file, '/etc/ops.json'],
    ['MASKER_PERSISTED_OPERATIONS_ONLY', '1', (c) => c.persistedOperations.only, true],
    ['MASKER_RATE_LIMITS', 'hosted', (c) => c.rateLimits, 'hosted'],
    ['MASKER_LOG_LEVEL', 'silent', (c) => c.log.level, 'silent'],
    ['MASKER_LOG_FORMAT', 'pretty', (c) => c.log.format, 'pretty'],
    ['MASKER_METRICS_ADDR', '127.0.0.1:9464', (c) => c.metricsListen, { host: '127.0.0.1', port: 9464 }],
    ['MASKER_ZEROIZE_BUFFERS', '1', (c) => c.variables.MASKER_ZEROIZE_BUFFERS, true],
  ];
  test.each(accepted)('%s accepts %s', (name, value, read, expected) => {
    expect(read(load({ [name]: value }))).toEqual(expected);
  });

  const secrets: [string, string, (config: Config) => unknown][] = [
    [
      'MASKER_DATABASE_URL',
      'postgresql://masker:pw@db:5432/masker?sslmode=verify-full',
      (c) => c.databaseUrl?.reveal(),
    ],
    ['MASKER_SESSION_SECRET', 'x'.repeat(32), (c) => c.keys.session?.reveal()],
    ['MASKER_OPENAI_API_KEY', 'sk-1', (c) => c.upstream.servers[0]?.apiKey?.reveal()],
    ['MASKER_VAPI_WEBHOOK_SECRET', 'v', (c) => c.webhooks.vapiSecret?.reveal()],
    ['MASKER_BOLNA_WEBHOOK_SECRET', 'b', (c) => c.webhooks.bolnaSecret?.reveal()],
    ['MASKER_RETELL_API_KEY', 'r', (c) => c.webhooks.retellKey?.reveal()],
    ['MASKER_ELEVENLABS_WEBHOOK_SECRET', 'e', (c) => c.webhooks.elevenLabsSecret?.reveal()],
    ['MASKER_BOOTSTRAP_TOKEN', `msk_${'a'.repeat(24)}`, (c) => c.bootstrapToken?.reveal()],
  ];
  test.each(secrets)('%s holds its value in a wrapper', (name, value, read) => {
    expect(read(load({ [name]: value }, { keysRequired: false }))).toBe(value);
  });

  const refused: [string, string[]][] = [
    [
      'MASKER_LISTEN_ADDR',
      ['8080', ':8080', 'localhost', 'localhost:', '::1:8080', '0.0.0.0:65536', 'a b:1', 'http://x:80', '0.0.0.0:-1'],
    ],
    ['MASKER_PUBLIC_URL', ['masker.example.org', 'ftp://x', 'https://user:pw@x', 'https://x/?q=1', 'https://x/#a']],
    ['MASKER_DATABASE_URL', ['mysql://x/y', 'postgresql://host', 'postgresql://host/', 'host/db']],
    ['MASKER_GITHUB_BASE_URL', ['github.com']],
    ['MASKER_GITHUB_API_URL', ['api.github.com']],
    ['MASKER_GITHUB_ALLOWED_LOGINS', ['mary poppins', 'mary,', '@mary', 'open,mary,é']],
    ['MASKER_GITHUB_ALLOWED_ORGS', ['https://github.com/clinic', ',']],
    ['MASKER_OPERATOR_KEY_ACCOUNTS', ['mine', 'agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', 'all,', 'ALL']],
    ['MASKER_KEY_ROTATION_GRACE_DAYS', ['-1', '1.5', 'thirty', '36501', ' 30', '1e1']],
    [
      'MASKER_AUDIT_HMAC_KEY',
      [
        'short',
        Buffer.alloc(31, 'ab').toString('base64'),
        Buffer.alloc(33, 'ab').toString('base64'),
        Buffer.alloc(32, 7).toString('base64'),
        key(1).replace('=', ''),
        ` ${key(1)}`,
      ],
    ],
    ['MASKER_SIGNING_KEY', ['00'.repeat(32)]],
    ['MASKER_SESSION_SECRET', ['x'.repeat(31)]],
    ['MASKER_UPSTREAM_PROVIDER', ['OpenAI', 'open ai']],
    ['MASKER_OPENAI_BASE_URL', ['api.openai.com']],
    ['MASKER_OPENAI_API_KEY', ['sk 1', 'sk-1\r\nx: y', 'sk-é', 'k'.repeat(1025)]],
    ['MASKER_OPENAI_MODELS', ['gpt 5', 'gpt-5,', 'a,a', 'm'.repeat(129)]],
    ['MASKER_CLIENT_TIMEOUT_MS', ['0', '3600001']],
    ['MASKER_TRUSTED_HOPS', ['-1', '17']],
    ['MASKER_DRAIN_GRACE_MS', ['600001', 'soon']],
    ['MASKER_DRAIN_TIMEOUT_MS', ['3600001']],
    ['MASKER_UPSTREAM_TIMEOUT_MS', ['0', '3600001']],
    ['MASKER_STREAM_BUFFER_MS', ['60001', '-1']],
    ['MASKER_MAX_BODY_BYTES', ['1023', '1073741825', '10MB']],
    ['MASKER_MAX_TEXT_CHARS', ['1023', '2e6']],
    ['MASKER_SESSION_MEMORY_MB', ['0', '65537']],
    ['MASKER_NER_URL', ['gemma:11434']],
    ['MASKER_DETECTION_TIMEOUT_MS', ['0', '60001']],
    ['MASKER_RETELL_PARTIAL_DEDUP', ['yes', 'TRUE', '2']],
    ['MASKER_SESSION_IDLE_SECONDS', ['0', '604801']],
    ['MASKER_PAYLOAD_RETENTION_DAYS', ['-1']],
    ['MASKER_SESSION_METADATA_RETENTION_DAYS', ['0']],
    ['MASKER_RATE_LIMITS', ['on', 'Hosted']],
    ['MASKER_LOG_LEVEL', ['verbose', 'INFO']],
    ['MASKER_LOG_FORMAT', ['text']],
    [
      'MASKER_CORS_ORIGINS',
      [
        '*',
        'null',
        'a.example',
        'https://a.example/',
        'https://a.example:443',
        'HTTPS://a.example',
        'https://a.example,',
        'ftp://a.example',
      ],
    ],
    ['MASKER_INTROSPECTION', ['yes']],
    ['MASKER_PERSISTED_OPERATIONS_ONLY', ['yes']],
    ['MASKER_METRICS_ADDR', ['9464']],
    ['MASKER_ZEROIZE_BUFFERS', ['on']],
    ['MASKER_BOOTSTRAP_TOKEN', ['msk_short', 'a'.repeat(40), `msk_${'a'.repeat(23)}`, `msk_${'a'.repeat(23)} `]],
    ['MASKER_DEV', ['yes']],
  ];
  test.each(refused.flatMap(([name, values]) => values.map((value): [string, string] => [name, value])))(
    '%s refuses %j',
    (name, value) => {
      const found = problems({ [name]: value }, { keysRequired: false });
      expect(found.map((problem) => problem.variable)).toEqual([name]);
      expect(found[0]?.message).toMatch(/^must /);
    },
  );
});

describe('rules over several variables', () => {
  test('the GitHub client is set whole or not at all', () => {
    expect(faulty({ MASKER_GITHUB_CLIENT_ID: 'id' })).toEqual(['MASKER_GITHUB_CLIENT_SECRET']);
    expect(faulty({ MASKER_GITHUB_CLIENT_SECRET: 'secret' })).toEqual(['MASKER_GITHUB_CLIENT_ID']);
    const { client } = load({ MASKER_GITHUB_CLIENT_ID: 'id', MASKER_GITHUB_CLIENT_SECRET: 'secret' }).github;
    expect([client?.id, client?.secret.reveal()]).toEqual(['id', 'secret']);
  });

  test('the default model is one of a provider that there is', () => {
    expect(faulty({ MASKER_UPSTREAM_PROVIDER: 'groq' })).toEqual(['MASKER_UPSTREAM_PROVIDER']);
    const groq = {
      MASKER_UPSTREAM_GROQ_BASE_URL: 'https://api.groq.com/openai/v1',
      MASKER_UPSTREAM_GROQ_MODELS: 'llama',
    };
    expect(load({ ...groq, MASKER_UPSTREAM_PROVIDER: 'groq' }).upstream.provider).toBe('groq');
  });

  test('a server that others depend on is given time to be taken out of their lists', () => {
    expect(load({ ...KEYS, NODE_ENV: 'production' }).drain.graceMs).toBe(5000);
    expect(load({ ...KEYS, NODE_ENV: 'production', MASKER_DRAIN_GRACE_MS: '0' }).drain.graceMs).toBe(0);
  });

  test('the metrics have an address of their own, and none where none is set', () => {
    expect(load({}).metricsListen).toBeNull();
    const public_ = (host: string): Record<string, string> => ({ MASKER_LISTEN_ADDR: `${host}:8080` });
    for (const [host, metrics] of [
      ['127.0.0.1', '127.0.0.1:8080'],
      ['0.0.0.0', '127.0.0.1:8080'],
      ['127.0.0.1', '0.0.0.0:8080'],
      ['127.0.0.1', '[::]:8080'],
    ] as const)
      expect(faulty({ ...public_(host), MASKER_METRICS_ADDR: metrics })).toEqual(['MASKER_METRICS_ADDR']);
    for (const metrics of ['127.0.0.1:8081', '127.0.0.2:8080', '127.0.0.1:0'])
      expect(faulty({ ...public_('127.0.0.1'), MASKER_METRICS_ADDR: metrics })).toEqual([]);
    expect(faulty({ MASKER_LISTEN_ADDR: '127.0.0.1:0', MASKER_METRICS_ADDR: '127.0.0.1:0' })).toEqual([]);
  });

  test('a model of the extra pass needs its server', () => {
    expect(faulty({ MASKER_NER_MODEL: 'gemma' })).toEqual(['MASKER_NER_MODEL']);
    expect(load({ MASKER_NER_MODEL: 'gemma', MASKER_NER_URL: 'http://x' }).ner).toEqual({
      url: 'http://x',
      model: 'gemma',
    });
  });

  test('the token of checkpoints needs an address, and travels by TLS or on this machine only', () => {
    const token = { MASKER_CHECKPOINT_TOKEN: 'token' };
    expect(faulty(token)).toEqual(['MASKER_CHECKPOINT_TOKEN']);
    for (const url of ['http://sink.example', 'http://10.0.0.1:80/x', 'http://127.evil.example', 'http://[::2]'])
      expect([url, ...problems({ ...token, MASKER_CHECKPOINT_URL: url })]).toEqual([
        url,
        {
          variable: 'MASKER_CHECKPOINT_URL',
          message: 'must be https:// or a loopback address where MASKER_CHECKPOINT_TOKEN is set',
        },
      ]);
    for (const url of [
      'https://sink.example',
      'http://localhost:9/x',
      'http://127.8.0.1',
      'http://[::1]:9',
      'http://0x7f.1',
    ])
      expect([url, ...problems({ ...token, MASKER_CHECKPOINT_URL: url })]).toEqual([url]);
    expect(faulty({ MASKER_CHECKPOINT_URL: 'http://sink.example' })).toEqual([]);
  });

  test('no two keys are the same, and the later one is named', () => {
    expect(problems({ MASKER_KEY_K_A: key(1), MASKER_KEY_K_A_OLD: key(1), MASKER_SIGNING_KEY: key(1) })).toEqual([
      { variable: 'MASKER_KEY_K_A_OLD', message: 'must not be the same key as MASKER_KEY_K_A' },
      { variable: 'MASKER_SIGNING_KEY', message: 'must not be the same key as MASKER_KEY_K_A' },
    ]);
  });
});

describe('aliases', () => {
  test('stand for the variable', () => {
    const config = load(
      { GITHUB_CLIENT_ID: 'id', GITHUB_CLIENT_SECRET: 'secret', MASKER_DB_URL: 'postgres://h/d' },
      { keysRequired: false },
    );
    expect(config.github.client?.id).toBe('id');
    expect(config.databaseUrl?.reveal()).toBe('postgres://h/d');
    expect(config.production).toBe(true);
  });

  test('may repeat the variable and must not contradict it', () => {
    const url = { MASKER_DATABASE_URL: 'postgres://h/d', MASKER_DEV: '1' };
    expect(faulty({ ...url, MASKER_DB_URL: 'postgres://h/d' })).toEqual([]);
    expect(faulty({ ...url, MASKER_DB_URL: 'postgres://h/other' })).toEqual(['MASKER_DB_URL']);
  });
});

describe('unknown variables', () => {
  test('are problems, with the name that was meant', () => {
    expect(problems({ MASKER_LISEN_ADDR: 'x', MASKER_COMPLETELY_DIFFERENT: 'x' })).toEqual([
      { variable: 'MASKER_COMPLETELY_DIFFERENT', message: 'is not a variable of Masker' },
      { variable: 'MASKER_LISEN_ADDR', message: 'is not a variable of Masker; was MASKER_LISTEN_ADDR meant?' },
    ]);
  });

  test.each(['MASKER_CONFIG', 'MASKER_SERVER', 'MASKER_TOKEN'])('%s is the command line’s', (name) => {
    expect(problems({ [name]: 'x' })).toEqual([]);
  });

  test('what Kubernetes says of services named masker is nobody’s mistake', () => {
    const links = {
      MASKER_SERVICE_HOST: '10.0.0.1',
      MASKER_SERVICE_PORT: '80',
      MASKER_SERVICE_PORT_HTTP: '80',
      MASKER_PORT: 'tcp://10.0.0.1:80',
      MASKER_PORT_80_TCP: 'tcp://10.0.0.1:80',
      MASKER_PORT_80_TCP_ADDR: '10.0.0.1',
      MASKER_DB_PORT: 'tcp://10.0.0.2:5432',
      MASKER_DB_SERVICE_HOST: '10.0.0.2',
    };
    expect(problems(links)).toEqual([]);
    expect(faulty({ MASKER_PORT: '8080' })).toEqual(['MASKER_PORT']);
  });
});

describe('production', () => {
  const DATABASE = { MASKER_DATABASE_URL: 'postgresql://h/d' };

  test.each<[string, Environment, boolean]>([
    ['nothing is set', {}, false],
    ['there is a database server', DATABASE, true],
    ['NODE_ENV says so', { NODE_ENV: 'production' }, true],
    ['NODE_ENV says test', { NODE_ENV: 'test' }, false],
    ['development is asked for', { ...DATABASE, NODE_ENV: 'production', MASKER_DEV: '1' }, false],
    ['development is declined', { ...DATABASE, MASKER_DEV: '0' }, true],
  ])('when %s', (_case, env, production) => {
    expect(load({ ...env, ...KEYS }).production).toBe(production);
  });

  test('lists every key that is missing', () => {
    expect(faulty(DATABASE)).toEqual(Object.keys(KEYS).sort());
    expect(faulty({ ...DATABASE, ...KEYS, MASKER_SIGNING_KEY: '' })).toEqual(['MASKER_SIGNING_KEY']);
  });

  test('any active key of the ring will do, an old one will not', () => {
    const others = { ...DATABASE, ...KEYS, MASKER_KEY_K_HEALTHCARE: '' };
    expect(faulty({ ...others, MASKER_KEY_K_OTHER: key(9) })).toEqual([]);
    expect(faulty({ ...others, MASKER_KEY_K_OTHER_OLD: key(9) })).toEqual(['MASKER_KEY_K_HEALTHCARE']);
  });

  test('a command that seals nothing needs no keys', () => {
    expect(problems(DATABASE, { keysRequired: false })).toEqual([]);
  });

  test('a faulty key is one problem, not a missing key as well', () => {
    expect(faulty({ ...DATABASE, ...KEYS, MASKER_SIGNING_KEY: 'x', MASKER_KEY_K_HEALTHCARE: 'x' })).toEqual([
      'MASKER_KEY_K_HEALTHCARE',
      'MASKER_SIGNING_KEY',
    ]);
  });
});

test('all problems of every sort come at once', () => {
  const env = {
    NODE_ENV: 'production',
    MASKER_LISTEN_ADDR: 'x',
    MASKER_LOG_LEVEL: 'x',
    MASKER_UPSTREAM_TIMEOUT_MS: 'x',
    MASKER_TYPO: 'x',
    MASKER_KEY_K_A: 'x',
    MASKER_GITHUB_CLIENT_ID: 'id',
    MASKER_DB_URL: 'x',
    MASKER_NER_MODEL: 'x',
  };
  expect(faulty(env)).toEqual([
    'MASKER_AUDIT_HMAC_KEY',
    'MASKER_DATABASE_URL',
    'MASKER_GITHUB_CLIENT_SECRET',
    'MASKER_KEY_K_A',
    'MASKER_LISTEN_ADDR',
    'MASKER_LOG_LEVEL',
    'MASKER_NER_MODEL',
    'MASKER_SESSION_SECRET',
    'MASKER_SIGNING_KEY',
    'MASKER_TYPO',
    'MASKER_UPSTREAM_TIMEOUT_MS',
  ]);
});

describe('values are shown nowhere', () => {
  const MARK = 'LEAKMARK';

  test('in no problem, whatever variable the secret was put into', () => {
    for (const name of [
      ...Object.keys(load({}).variables),
      'MASKER_KEY_K_A',
      'MASKER_KEY_bad',
      'MASKER_TYPO',
      'MASKER_DB_URL',
      'GITHUB_CLIENT_ID',
    ]) {
      for (const value of [`${MARK} \u0000`, `https://${MARK}:${MARK}@x y`, `postgresql://u:${MARK}@`]) {
        expect(inspect(loadConfig({ [name]: value, MASKER_LISTEN_ADDR: MARK }), { depth: 2 }), name).not.toContain(
          MARK,
        );
      }
    }
  });

  test('neither JSON, nor inspect, nor the description of a configuration holds a secret', () => {
    const secrets = {
      ...KEYS,
      MASKER_KEY_K_A_OLD: key(8),
      MASKER_DATABASE_URL: `postgresql://u:${MARK}@h/d`,
      MASKER_OPENAI_API_KEY: MARK,
      MASKER_VAPI_WEBHOOK_SECRET: MARK,
      MASKER_BOLNA_WEBHOOK_SECRET: MARK,
      MASKER_RETELL_API_KEY: MARK,
      MASKER_ELEVENLABS_WEBHOOK_SECRET: MARK,
      MASKER_BOOTSTRAP_TOKEN: `msk_${MARK}${MARK}${MARK}`,
      MASKER_GITHUB_CLIENT_ID: 'id',
      MASKER_GITHUB_CLIENT_SECRET: MARK,
    };
    const config = load(secrets);
    const shown = [
      JSON.stringify(config),
      inspect(config, { depth: 9, showHidden: true }),
      inspect(describeConfig(config)),
    ].join('\n');
    expect(shown).not.toContain(MARK);
    for (const [name, value] of Object.entries(KEYS)) {
      expect(shown, name).not.toContain(value);
      expect(shown, name).not.toContain(Buffer.from(value, 'base64').toString('hex'));
    }
  });
});

describe('the description', () => {
  test('says by variable what is in force', () => {
    const shown = describeConfig(
      load({
        ...KEYS,
        MASKER_KEY_K_A_OLD: key(8),
        MASKER_LISTEN_ADDR: '[::1]:9000',
        MASKER_GITHUB_BASE_URL: 'https://ghe.example',
      }),
    );
    expect(shown).toMatchObject({
      MASKER_LISTEN_ADDR: '[::1]:9000',
      MASKER_PUBLIC_URL: 'http://localhost:9000',
      MASKER_GITHUB_API_URL: 'https://ghe.example/api/v3',
      MASKER_DATABASE_URL: '[not set]',
      MASKER_DATA_DIR: path.resolve('data'),
      MASKER_AUDIT_HMAC_KEY: '[set]',
      MASKER_SESSION_SECRET: '[set]',
      MASKER_KEY_K_HEALTHCARE: '[set]',
      MASKER_KEY_K_A_OLD: '[set]',
      MASKER_DEV: false,
      MASKER_SESSION_IDLE_SECONDS: 900,
    });
  });

  test('has a line for every variable', () => {
    const config = load({});
    expect(Object.keys(describeConfig(config)).sort()).toEqual(Object.keys(config.variables).sort());
  });
});
