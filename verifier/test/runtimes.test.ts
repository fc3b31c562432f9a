/** The verifier in Deno and Bun says what it says in Node, where they are installed; the npm registry has both. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, secondFile } from '../../tools/bundle-verifier.mjs';
import { authority, pem, token } from './authority.ts';
import { bytesOf, signingKey, SIGNING_SEED, validBundle } from './bundle-builder.ts';
import { accountLog, checkpointNote, loggedBundle, loggedBytes, LOG, WITNESSES } from './log-builder.ts';
import { pdfOfBundle } from './pdf-builder.ts';
import { rewritten } from './rewritten-pdf-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'masker-runtimes-'));
const program = join(folder, 'masker-verify.mjs');
const script = join(folder, 'library.mjs');
const imports = join(folder, 'imports.json');
const bundle = validBundle();
const key = signingKey(SIGNING_SEED).publicKey.toString('hex');
const { root, signer } = authority();
const note = checkpointNote({ size: 8 });
const stamped = {
  ...loggedBundle(),
  account_log: {
    ...accountLog({ signers: [LOG] }),
    timestamp_proof: accountLog({ size: 8 })['inclusion_proof'] ?? null,
  },
  timestamps: [{ checkpoint: note, token: token({ message: Buffer.from(note), signer }).toString('base64') }],
};
const FILES = {
  'stamped.json': bytesOf(stamped),
  'good.json': loggedBytes({ signers: [LOG, ...WITNESSES] }),
  'cut.json': bytesOf({ ...bundle, entries: bundle.entries.slice(0, -1) }),
  'report.json': bytesOf(bundle.report),
  'broken.json': new TextEncoder().encode('{"entries": ['),
  'good.pdf': pdfOfBundle(bundle),
  'again.pdf': rewritten(pdfOfBundle(bundle), { perStream: 6, predicted: true }),
  'ca.txt': Buffer.from(pem(root)),
  'earlier.txt': new TextEncoder().encode(checkpointNote({ size: 4 })),
};
const paths = Object.keys(FILES).filter((name) => !name.endsWith('.txt'));
const RUNS: readonly (readonly string[])[] = [
  paths,
  [...paths, '--json', '--trusted-key', key],
  ['good.json', '--previous-checkpoint', 'earlier.txt', '--require-sealed'],
  ['stamped.json', '--tsa-ca', 'ca.txt'],
  ['--nope'],
];

beforeAll(async () => {
  writeFileSync(program, await commandLine());
  writeFileSync(join(folder, 'masker-verify-more.mjs'), await secondFile());
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(join(folder, name), bytes);
  const sources = pathToFileURL(fileURLToPath(new URL('../src/', import.meta.url))).href;
  // Deno asks no folder node_modules outside of its own project.
  writeFileSync(
    imports,
    JSON.stringify({ imports: { '@noble/hashes/sha2.js': import.meta.resolve('@noble/hashes/sha2.js') } }),
  );
  // The library as its sources are: with noble's hashes, as in a browser.
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
     import { verifyBundle } from '${sources}verify.ts';
     const bytes = readFileSync(process.argv[2]);
     console.log(JSON.stringify(verifyBundle(bytes, { trustedKeys: [Uint8Array.from(Buffer.from('${key}', 'hex'))] })));`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder });
  return { status, out: stdout, err: stderr };
}

const TSX = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));
const RUNTIMES: readonly (readonly [name: string, before: readonly string[]])[] = [
  // It may read files, and nothing else.
  ['deno', ['run', '--allow-read', '--no-remote', '--quiet', '--import-map', imports]],
  ['bun', []],
];

it('in Node the library finds a bundle authentic', () => {
  const { status, out } = run(process.execPath, [TSX, script, 'good.json']);
  expect([status, (JSON.parse(out) as { outcome: string }).outcome]).toEqual([0, 'authentic']);
});

// No script installs them, so that a machine without them has no test that is skipped.
const installed = RUNTIMES.filter(([runtime]) => spawnSync(runtime, ['--version']).status === 0);

describe.each(installed)('in %s', (runtime, before) => {
  it.each(RUNS.map((args) => [args.join(' '), args] as const))(
    'the command line prints what it prints in Node, with the same exit status: %s',
    (_line, args) => {
      const expected = run(process.execPath, [program, ...args]);
      expect(expected.out + expected.err).not.toBe('');
      expect(run(runtime, [...before, program, ...args])).toEqual(expected);
    },
  );

  it.each(['good.json', 'cut.json', 'good.pdf'])('the library finds the same of %s', (name) => {
    const expected = run(process.execPath, [TSX, script, name]);
    expect(expected).toMatchObject({ status: 0, err: '' });
    expect(run(runtime, [...before, script, name])).toEqual(expected);
  });
});
