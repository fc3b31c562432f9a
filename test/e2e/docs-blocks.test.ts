/** Runs the blocks of docs/ and of the verifier's README, twice, as a reader would paste them. */
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masker } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { temporaryFolder } from '../database.ts';
import { freePort } from '../free-port.ts';
import { pageBlocks, paste } from '../pasted-blocks.ts';
import { authority, pem } from '../../verifier/test/authority.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let folder: string;
let server: ServerProcess;
let token: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  // What the blocks name lies where it lies in a clone.
  for (const name of ['bin', 'node_modules', 'verifier']) await symlink(path.join(ROOT, name), path.join(folder, name));
  await mkdir(path.join(folder, 'deploy'));
  // An empty variable counts as not set: the token comes from the file that the start makes.
  server = await startServer(path.join(folder, 'data'), {
    MASKER_BOOTSTRAP_TOKEN: '',
    MASKER_LISTEN_ADDR: `127.0.0.1:${await freePort()}`,
  });
  token = (await readFile(path.join(folder, 'data/bootstrap-token'), 'utf8')).trim();
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

/** Returns the blocks of one language below a heading, with the address of this server. */
async function blocks(page: string, heading: string, language = 'sh'): Promise<[string, ...string[]]> {
  const [first, ...others] = await pageBlocks(page, heading, language);
  if (first === undefined) throw new Error(`${page}, ${heading} has no block of ${language}`);
  const adapt = (block: string): string => block.replaceAll('http://localhost:8080', server.url);
  return [adapt(first), ...others.map(adapt)];
}

/** Runs a module of one language in the folder. */
async function runModule(source: string, language: 'js' | 'ts'): Promise<Ran> {
  const [file, options] = language === 'js' ? ['pasted.mjs', ''] : ['pasted.mts', '--import tsx'];
  await writeFile(path.join(folder, file), source);
  return paste(`node ${options} ${file}`, folder);
}

/** Returns the URL of the agent that the start made. */
const demoUrl = (): string => /http:\/\/\S+\/proxy\/agt_\w+\/v1/.exec(server.printed())?.[0] ?? '';

describe('docs/access.md', () => {
  test('the block for an access token shows a new token each time it is pasted', async () => {
    const [block] = await blocks('docs/access.md', 'Access tokens');
    const { code, output, errors } = await paste(`${block}\necho\n${block}`, folder);
    expect(code, errors).toBe(0);
    const secrets = [...output.matchAll(/"secret":"(msk_[\w-]{43})"/g)].map(([, secret]) => secret);
    expect(new Set(secrets).size).toBe(2);
  });
});

describe('docs/operations.md', () => {
  test.each(['Docker Compose', 'Kubernetes'])(
    'the block of %s creates secrets once, for their owner',
    async (heading) => {
      const [block] = await blocks('docs/operations.md', heading);
      // What follows needs root, Docker or a cluster.
      const [creating = ''] = block.split(/^(?:sudo|kubectl) /m);
      const secrets = path.join(folder, /keys generate --output (\S+)/.exec(creating)?.[1] ?? '');
      const read = async (): Promise<string[]> =>
        Promise.all((await readdir(secrets)).sort().map((name) => readFile(path.join(secrets, name), 'utf8')));

      expect(await paste(creating, folder)).toMatchObject({ code: 0, errors: '' });
      const created = await read();
      expect(await paste(creating, folder)).toMatchObject({ code: 0, errors: '', output: '' });

      expect(await read()).toEqual(created);
      expect(await readdir(secrets)).toEqual(
        expect.arrayContaining(['MASKER_AUDIT_HMAC_KEY', 'MASKER_DATABASE_URL', 'MASKER_KEY_K_HEALTHCARE']),
      );
      const { output } = await paste(`find ${secrets} -perm /077`, folder);
      expect(output).toBe('');
    },
  );

  test('the documents of Apply create four objects, and change nothing when they are applied again', async () => {
    const [documents] = await blocks('docs/operations.md', 'Apply', 'yaml');
    await mkdir(path.join(folder, 'apply'));
    await writeFile(path.join(folder, 'apply/all.yaml'), documents);
    const apply = (): Promise<Ran> =>
      masker(['apply', '-f', 'apply', '--server', server.url], {
        cwd: folder,
        env: { MASKER_TOKEN: token, DESK_SECRET: 'a-secret-of-the-front-desk' },
      });
    const first = await apply();
    expect(first, first.errors).toMatchObject({ code: 0 });
    expect(first.output).toContain('3 to create, 1 to update, 0 to delete, 0 unchanged.');
    const second = await apply();
    expect(second, second.errors).toMatchObject({ code: 0 });
    expect(second.output).toContain('0 to create, 0 to update, 0 to delete, 4 unchanged.');
  });
});

describe('docs/events.md', () => {
  test('the example has the members of an event of the feed', async () => {
    const [example] = await blocks('docs/events.md', 'Events', 'json');
    const feed = async (): Promise<unknown[]> => {
      const response = await fetch(`${server.url}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` } });
      return ((await response.json()) as { data: unknown[] }).data;
    };
    // The start made an agent. Its event follows the account log.
    await expect.poll(feed, { timeout: 20_000 }).not.toEqual([]);
    const [event] = await feed();
    const shape = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_key, each: unknown) => (typeof each === 'string' ? 'text' : each)) as unknown;
    expect(shape(JSON.parse(example))).toEqual(shape(event));
  });
});

describe('docs/integrations/pipecat-livekit-twilio.md', () => {
  test('the client of Base URL calls an agent', async () => {
    const [block] = await blocks('docs/integrations/pipecat-livekit-twilio.md', 'Base URL', 'ts');
    const client = block.replace(/http:\S+\/v1/, demoUrl()).replace('mpk_…', 'mpk_key');
    const call = `
      const request = { model: 'stub', messages: [{ role: 'user' as const, content: 'I am Maria Gonzalez.' }] };
      console.log((await openai.chat.completions.create(request)).choices[0]?.message.content);`;
    const ran = await runModule(`${client}\n${call}`, 'ts');
    expect(ran, ran.errors).toMatchObject({ code: 0 });
    expect(ran.output).toContain('You said: I am Maria Gonzalez.');
  });
});

describe("the verifier's README", () => {
  test('its blocks verify the bundle of the first call, and again when pasted again', async () => {
    const firstCall = await blocks('README.md', 'First call', 'bash');
    const ready = await paste(firstCall.join('\n'), folder);
    expect(ready.code, ready.errors).toBe(0);

    const [block] = await blocks('verifier/README.md', 'Use');
    const { code, output, errors } = await paste(`${block}\n${block}`, folder);
    expect(code, errors).toBe(0);
    expect(output.match(/=> consistent, origin not checked/g)).toHaveLength(2);
    expect(output.match(/=> authentic/g)).toHaveLength(2);

    const [library] = await blocks('verifier/README.md', 'As a library', 'js');
    const ran = await runModule(library, 'js');
    expect(ran, ran.errors).toMatchObject({ code: 0 });
    expect(ran.output).toMatch(/^authentic /);

    // The server has no time-stamping authority: the seal lacks a token.
    await writeFile(path.join(folder, 'tsa-ca.pem'), pem(authority().root));
    const [stamps] = await blocks('verifier/README.md', 'Time-stamp tokens', 'js');
    const judged = await runModule(stamps, 'js');
    expect(judged, judged.errors).toMatchObject({ code: 0 });
    expect(judged.output).toMatch(/^does not hold [\s\S]*id: 'timestamps',\s+verdict: 'does not hold'/);
  });

  test('its block for proofs finds the leaf in the log', async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const proofUrl = `${server.url}/api/v1/audit/proof/inclusion?leaf_index=0`;
    await expect.poll(async () => (await fetch(proofUrl, { headers })).status, { timeout: 20_000 }).toBe(200);
    const { leaf_hash: leafHash } = (await (await fetch(proofUrl, { headers })).json()) as { leaf_hash: string };
    const text = await (await fetch(proofUrl, { headers: { ...headers, Accept: 'text/plain' } })).text();
    const listed = await fetch(`${server.url}/api/v1/audit/keys`, { headers });
    const { keys } = (await listed.json()) as { keys: { verifier_key: string }[] };
    const vkey = keys[0]?.verifier_key ?? '';

    const [block] = await blocks('verifier/README.md', 'Notes, checkpoints, proofs and policies', 'js');
    const given = `const text = ${JSON.stringify(text)}, vkey = '${vkey}', leafHash = Buffer.from('${leafHash}', 'hex');`;
    const ran = await runModule(`${block}\nconsole.log(isInLog);`.replace(/^(?=const)/m, `${given}\n`), 'js');
    expect(ran, ran.errors).toMatchObject({ code: 0, output: 'true\n' });
  });
});
