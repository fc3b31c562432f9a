/** When traces are sent, and what loads OpenTelemetry. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { asksForTraces } from '../../../src/cli/wiring/traces.ts';

const SRC = path.resolve(import.meta.dirname, '../../../src');
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

test.each<[string, Record<string, string>, boolean]>([
  ['no variable', {}, false],
  ['an endpoint', ENDPOINT, true],
  ['an endpoint of traces alone', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
  ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
  ['a name of the service alone', { OTEL_SERVICE_NAME: 'masker' }, false],
  ['an endpoint, and the SDK disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, false],
  ['an endpoint, and the exporter otlp', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'otlp' }, true],
  ['an endpoint, and no exporter', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
])('%s asks for traces: %s is %s', (_name, env, expected) => {
  expect(asksForTraces(env)).toBe(expected);
});

test('one file imports OpenTelemetry, and it is loaded by a dynamic import alone', async () => {
  const files = (await readdir(SRC, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  const importing: string[] = [];
  const loading: string[] = [];
  for (const file of files.filter((name) => !name.startsWith('generated'))) {
    const text = await readFile(path.join(SRC, file), 'utf8');
    if (text.includes('@opentelemetry/')) importing.push(file);
    if (/^(?:import (?!type)|export ).*turn-traces\.ts/m.test(text)) loading.push(file);
  }
  expect([importing, loading]).toEqual([['tracing/turn-traces.ts'], []]);
});
