import { expect, test } from 'vitest';
import { createLlmDetector, isConfidential } from '../../../../src/cli/wiring/llm-detector.ts';
import { createLogger } from '../../../../src/platform/log.ts';

test.each([
  ['https://models.example.com', true],
  ['http://127.0.0.1:11434', true],
  ['http://localhost:11434', true],
  ['http://[::1]:11434', true],
  ['http://gemma:8000', true],
  ['http://gemma.masker.svc:8000', true],
  ['http://gemma.masker.svc.cluster.local.:8000', true],
  ['http://gemma.internal', true],
  ['http://10.1.2.3', true],
  ['http://172.16.0.1', true],
  ['http://172.31.255.1', true],
  ['http://192.168.1.1', true],
  ['http://100.64.0.1', true],
  ['http://[fd00::1]', true],
  ['http://[fe80::1]', true],
  ['http://172.32.0.1', false],
  ['http://100.128.0.1', false],
  ['http://11.0.0.1', false],
  ['http://8.8.8.8', false],
  ['http://[2001:db8::1]', false],
  ['http://models.example.com', false],
  ['http://10.1.2.3.example.com', false],
  ['http://localhost.example.com', false],
  // The URL parser reads these as addresses.
  ['http://2130706433', true],
  ['http://0x08080808', false],
])('what goes to %s is confidential on its way: %s', (url, confidential) => {
  expect(isConfidential(new URL(url))).toBe(confidential);
});

test.each([
  ['http://models.example.com', 1],
  ['https://models.example.com', 0],
  ['http://gemma:8000', 0],
])('a start with MASKER_NER_URL %s warns %d times', async (url, warnings) => {
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', format: 'json', destination: { write: (line) => lines.push(line) } });
  const server = createLlmDetector({ ner: { url, model: null }, detectionTimeoutMs: 200 }, log);
  expect(server?.health()).toBe('ok');
  expect(lines).toHaveLength(warnings);
  await server?.close();
});

test('without MASKER_NER_URL there is none', () => {
  expect(
    createLlmDetector({ ner: null, detectionTimeoutMs: 200 }, createLogger({ level: 'silent', format: 'json' })),
  ).toBeNull();
});
