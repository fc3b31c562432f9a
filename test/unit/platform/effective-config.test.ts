import { availableParallelism } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildConfig, type Config } from '../../../src/platform/effective-config.ts';
import { readVariables, type GivenVariables } from '../../../src/platform/given-variables.ts';

function built(given: GivenVariables, production = false, isTerminal = false): Config {
  const variables = readVariables(given, (variable, message) => {
    throw new Error(`${variable} ${message}`);
  });
  return buildConfig(variables, [], { upstreams: [], shown: {} }, { production, isTerminal });
}

test('buildConfig makes paths absolute', () => {
  const { dataDir, policyPath, checkpoints } = built({ MASKER_DATA_DIR: 'd', MASKER_CHECKPOINT_DIR: 'c' });
  expect([dataDir, checkpoints.folder, path.isAbsolute(policyPath)]).toEqual([
    path.resolve('d'),
    path.resolve('c'),
    true,
  ]);
});

test('buildConfig appends /v1 to the address of OpenAI once', () => {
  for (const url of ['https://llm.example.org', 'https://llm.example.org/v1'])
    expect(built({ MASKER_OPENAI_BASE_URL: url }).upstream.servers[0]?.baseUrl).toBe('https://llm.example.org/v1');
});

test('buildConfig puts the API of GitHub Enterprise Server below its own address', () => {
  expect(built({}).github.apiUrl).toBe('https://api.github.com');
  expect(built({ MASKER_GITHUB_BASE_URL: 'https://git.example.org' }).github.apiUrl).toBe(
    'https://git.example.org/api/v3',
  );
});

test('buildConfig takes defaults by production start and by terminal', () => {
  const parts = ({ introspection, drain, log }: Config) => [introspection, drain.graceMs, log.format];
  expect(parts(built({}, true, false))).toEqual([false, 5000, 'json']);
  expect(parts(built({}, false, true))).toEqual([true, 0, 'pretty']);
});

test('buildConfig takes a number of workers, or one for each processor', () => {
  expect(built({}).workers).toBe(1);
  expect(built({ MASKER_WORKERS: '64' }).workers).toBe(64);
  expect(built({ MASKER_WORKERS: 'auto' }).workers).toBe(availableParallelism());
});

test.each(['0', '65', '-1', '1.5', 'two', ' 2', 'AUTO', '0x2'])('buildConfig gets no MASKER_WORKERS=%s', (value) => {
  expect(() => built({ MASKER_WORKERS: value })).toThrow('MASKER_WORKERS must be a whole number from 1 to 64, or auto');
});

test('buildConfig shares the memory of sessions among workers', () => {
  const { sessionMemoryBytes } = built({ MASKER_WORKERS: '4' });
  expect(sessionMemoryBytes * 4).toBe(built({}).sessionMemoryBytes);
});
