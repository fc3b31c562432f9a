/**
 * The page of masker-verify: takes files, verifies them in the browser, and shows each check. It reads what the person chose
 * and nothing else; the page's content security policy forbids every request.
 */
import { chainKeysOf, trustedKeysOf } from '../src/given.ts';
import {
  DEFAULT_LIMITS,
  FormatError,
  forksAmong,
  parseCheckpointNote,
  parseConsistencyProof,
  parseKeyManifest,
  parsePolicy,
  parseReceipt,
  verifyBundle,
  type SignedHead,
  type Verification,
  type VerifyOptions,
} from '../src/verify.ts';
import { shown } from '../src/shown.ts';
import { parseAuthorities, TimestampError, withTimestamps, type Certificate } from '../src/timestamps.ts';
import { boundBytes, Unreadable } from '../src/unreadable.ts';
import { notRead } from '../src/verdict.ts';
import { withRewrittenPdf } from '../src/with-rewritten-pdf.ts';
import { element, forkCard, resultCard, type Result } from './view.ts';

/** Something that the person gave and that cannot be used. The message is for the person. */
class GivenError extends Error {
  override readonly name = 'GivenError';
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
}

// The types of these elements are those of index.html.
const input = (id: string): HTMLInputElement => byId(id) as HTMLInputElement;
const area = (id: string): HTMLTextAreaElement => byId(id) as HTMLTextAreaElement;

const files = input('files');
const drop = byId('drop');
const results = byId('results');
const status = byId('status');
let chosen: readonly File[] = [];
let round = 0; // a later choice makes an earlier one, still being read, void

files.addEventListener('change', () => {
  choose([...(files.files ?? [])]);
});
for (const id of ['trusted', 'chain', 'receipts', 'policy', 'manifest', 'previous', 'proofs', 'tsa', 'sealed'])
  byId(id).addEventListener('change', () => void verifyAll());
for (const type of ['dragover', 'dragenter', 'dragleave', 'drop'])
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.className = type === 'dragover' || type === 'dragenter' ? 'over' : '';
  });
document.addEventListener('drop', (event) => {
  choose([...(event.dataTransfer?.files ?? [])]);
});

function choose(list: readonly File[]): void {
  if (list.length === 0) return;
  chosen = list;
  void verifyAll();
}

/** Verifies every chosen file anew, with what was given beside them. */
async function verifyAll(): Promise<void> {
  if (chosen.length === 0) return;
  round += 1;
  const own = round;
  results.replaceChildren(); // the verdicts on other files, or by other keys, must not stand beside this one
  status.textContent = chosen.length === 1 ? 'Checking 1 file…' : `Checking ${chosen.length} files…`;
  try {
    const options = await given();
    const authorities = await givenAuthorities();
    const found: Result[] = [];
    for (const file of chosen)
      found.push({ name: file.name, verification: await verifyFile(file, options, authorities) });
    if (own !== round) return;
    show(found);
  } catch (error) {
    if (!(error instanceof GivenError)) throw error;
    if (own === round) show([], error.message);
  }
}

async function verifyFile(
  file: File,
  options: VerifyOptions,
  authorities: readonly Certificate[],
): Promise<Verification> {
  try {
    boundBytes(file.size, DEFAULT_LIMITS.bytes);
    const bytes = await bytesOf(file);
    const verification = withRewrittenPdf(bytes, verifyBundle(bytes, options), options);
    if (authorities.length === 0) return verification;
    const manifest = (options.keyManifest?.keys ?? []).map(({ publicKey }) => publicKey);
    return await withTimestamps(bytes, verification, {
      authorities,
      trustedKeys: [...(options.trustedKeys ?? []), ...manifest],
    });
  } catch (error) {
    return notRead(error);
  }
}

/** The bytes of a file. Throws Unreadable for a folder, and for a file that was moved or may not be read. */
async function bytesOf(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Unreadable('no_file', 'the browser cannot read it: it is a folder, was moved, or may not be read');
  }
}

function show(found: readonly Result[], problem: string | null = null): void {
  const checkpoints = found.flatMap(({ verification: each }) =>
    each.outcome === 'unreadable' ? [] : each.checkpoints,
  );
  const forks = forksAmong(checkpoints);
  results.replaceChildren(
    ...(problem === null ? [] : [element(document, 'p', 'card problem', problem)]),
    ...forks.map((fork) => forkCard(document, fork)),
    ...found.map((result) => resultCard(document, result)),
  );
  const outcomes = found.map(({ name, verification }) => `${name}: ${verification.outcome}`).join('. ');
  status.textContent = problem ?? outcomes;
}

/** What the person gave beside the files. Throws GivenError. */
async function given(): Promise<VerifyOptions> {
  const chainKeys = chainKeysOf(lines('chain'));
  if (typeof chainKeys === 'string')
    throw new GivenError('A chain key must be 64 lower-case hex digits, or SESSION_ID=KEY, each on a line and once.');
  const [[policy], [manifest]] = await Promise.all([texts('policy'), texts('manifest')]);
  return {
    trustedKeys: trusted(area('trusted').value),
    chainKeys,
    receipts: lines('receipts').map(receipt),
    requireSealed: input('sealed').checked,
    previousCheckpoints: (await texts('previous')).map((text) =>
      read('An earlier checkpoint', () => parseCheckpointNote(text).whole),
    ),
    consistencyProofs: (await texts('proofs')).map((text) =>
      read('A consistency proof', () => parseConsistencyProof(text)),
    ),
    ...(policy === undefined ? {} : { policy: read('The witness policy', () => parsePolicy(policy)) }),
    ...(manifest === undefined ? {} : { keyManifest: read('The key manifest', () => parseKeyManifest(manifest)) }),
  };
}

/** The certificates of time-stamping authorities that the person gave. Throws GivenError. */
async function givenAuthorities(): Promise<readonly Certificate[]> {
  return (await texts('tsa')).flatMap((bytes) =>
    read('The certificate of the time-stamping authority', () => parseAuthorities(bytes)),
  );
}

/** One text with all keys (PEM, or masker-keys.json), or a key on each line. */
function trusted(text: string): readonly Uint8Array[] {
  if (text.trim() === '') return [];
  const whole = trustedKeysOf(text);
  if (whole !== null) return whole;
  return lines('trusted').flatMap((line) => {
    const keys = trustedKeysOf(line);
    if (keys === null)
      throw new GivenError('A trusted key must be base64 or hex of 32 bytes, PEM, or the text of masker-keys.json.');
    return keys;
  });
}

function receipt(text: string): SignedHead {
  const parsed = parseReceipt(text);
  if (parsed === null) throw new GivenError('A receipt must be the value of a header Masker-Receipt, each on a line.');
  return parsed;
}

function read<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof TimestampError)) throw error;
    throw new GivenError(`${what} cannot be used: ${error.message}.`);
  }
}

function lines(id: string): readonly string[] {
  const text = area(id).value;
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

/** The first two MiB of each file that was chosen: more than any of them may have. Throws GivenError. */
async function texts(id: string): Promise<readonly Uint8Array[]> {
  return Promise.all(
    [...(input(id).files ?? [])].map((file) =>
      bytesOf(file.slice(0, 2 * 1024 * 1024)).catch((error: unknown) => {
        if (!(error instanceof Unreadable)) throw error;
        throw new GivenError(`${shown(file.name)} cannot be used: ${error.message}. Choose it again.`);
      }),
    ),
  );
}
