/** Runs the README's first call in a shell, twice, as a newcomer would paste it. */
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../database.ts';
import { freePort } from '../free-port.ts';
import { pageBlocks, paste } from '../pasted-blocks.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(path.join(folder, 'work'));
  // The verifier lies where it lies in a clone.
  await symlink(path.join(ROOT, 'verifier'), path.join(folder, 'work', 'verifier'));
  // An empty variable counts as not set: the token comes from the file that the start makes.
  server = await startServer(path.join(folder, 'work', 'data'), {
    MASKER_BOOTSTRAP_TOKEN: '',
    MASKER_LISTEN_ADDR: `127.0.0.1:${await freePort()}`,
  });
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

/** Checks what the four blocks printed. */
function expectFirstCall(output: string): void {
  const [created, streamed, looked, checked] = output.split('----\n');
  expect(created?.trim()).toBe('');
  const said = [...(streamed ?? '').matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)]
    .map(([, content = '']) => JSON.parse(`"${content}"`) as string)
    .join('');
  expect(said).toBe(
    'You said: Hi, this is Maria Gonzalez, call me back on 415-555-0142.\n(The model was shown: Hi, this is <NAME>, call me back on <PHONE>.)',
  );
  expect(streamed).toContain('data: [DONE]');
  expect(looked).toContain('"redactions_by_kind":{"NAME":1,"PHONE":1}');
  expect(looked).toContain('"redactionCount":2');
  expect(looked).toContain('"entityKind":"PHONE"');
  expect(checked).toContain('"merkle_root_hex"');
  expect(checked).toContain('consistent, origin not checked');
}

// A story: the lines are those of the calls.
describe("the README's first call", { shuffle: false }, () => {
  test('works when pasted, and again when pasted a second time', { timeout: 120_000 }, async () => {
    const blocks = await pageBlocks('README.md', 'First call', 'bash');
    expect(blocks).toHaveLength(4);
    // The blocks share a shell, as they do when pasted. A line between them separates their outputs.
    const once = blocks.join('\necho; echo ----\n').replaceAll('http://localhost:8080', server.url);
    const { output, errors, code } = await paste(`${once}\necho; echo ====\n${once}`, path.join(folder, 'work'));
    expect(code, errors).toBe(0);
    const pastes = output.split('====\n');
    expect(pastes).toHaveLength(2);
    pastes.forEach(expectFirstCall);
  });

  test('is on log lines that name the session and the agent, and not what was said', () => {
    const lines = server
      .printed()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const turns = lines.filter((line) => line.includes('"door":"/proxy"'));
    expect(turns).toHaveLength(2);
    for (const line of turns) {
      expect(JSON.parse(line)).toMatchObject({
        agent_id: expect.stringMatching(/^agt_[0-9A-Z]{26}$/) as unknown,
        session_id: expect.stringMatching(/^sess_[0-9A-Z]{26}$/) as unknown,
        status: 200,
      });
    }
    expect(lines.join('\n')).not.toContain('Maria');
  });
});
