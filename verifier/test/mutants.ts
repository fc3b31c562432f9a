/**
 * Random mutants of bundles, PDFs, a proof, a checkpoint, a consistency proof, a key manifest and of journals in the forms of other
 * tools. None may be accepted while it says something else than the original, and none may crash. Each mutant is a function of its
 * seed.
 */
import { readPdf } from '../src/pdf.ts';
import { plainPdf, withRewrittenPdf } from '../src/with-rewritten-pdf.ts';
import { sourceOf } from '../src/text-source.ts';
import {
  DEFAULT_LIMITS,
  FormatError,
  openNote,
  parseCheckpoint,
  parseConsistencyProof,
  parseKeyManifest,
  parsePolicy,
  parseTlogProof,
  parseVerifierKey,
  verifyBundle,
  verifyConsistency,
  verifyInclusion,
} from '../src/verify.ts';
import { jcs, openBundle, sha256, signingKey, SIGNING_SEED, type Json, type JsonRecord } from './bundle-builder.ts';
import { pagesOf, pdfOf } from './pdf-builder.ts';
import { rewritten } from './rewritten-pdf-builder.ts';
import {
  accountLog,
  checkpointNote,
  consistencyProof,
  leavesOf,
  LOG,
  LOG_ORIGIN,
  loggedBytes,
  WITNESSES,
} from './log-builder.ts';

const signers = [LOG, ...WITNESSES];
const trustedKeys = [signingKey(SIGNING_SEED).publicKey];
const policy = parsePolicy(
  `${WITNESSES.map(({ vkey }, at) => `witness w${at} ${vkey}\n`).join('')}group all3 all w0 w1 w2\nquorum all3\n`,
);
const keys = [parseVerifierKey(LOG.vkey)];
const BUNDLE = Buffer.from(loggedBytes({ signers }));
const ORIGINAL = JSON.parse(BUNDLE.toString('utf8')) as JsonRecord;
const OPEN = Buffer.from(JSON.stringify(openBundle()));
const OPEN_ORIGINAL = JSON.parse(OPEN.toString('utf8')) as JsonRecord;
const PAGES = pagesOf(ORIGINAL['report'] as JsonRecord);
const PDF = Buffer.from(pdfOf({ attached: BUNDLE, pages: PAGES }));
const REWRITTEN = rewritten(PDF, { perStream: 4, predicted: true });
const REWRITTEN_PLAINLY = rewritten(PDF, { indirectLengths: true, lineEnd: '\r\n' });
const PAGES_TEXT = Buffer.from(PAGES.map((lines) => lines.join('\n')).join('\f'));
const PROOF = Buffer.from(accountLog({ signers })['inclusion_proof'] as string);
const NOTE = Buffer.from(checkpointNote({ signers }));
const GROWTH = Buffer.from(consistencyProof(4, { signers }));
const leafHash = sha256(Uint8Array.of(0), jcs(leavesOf({ signers })[3] ?? null));
const older = parseCheckpoint(checkpointNote({ size: 4 }));
const TEXT = openNote(NOTE, keys).text;

/** A source of numbers below a bound: mulberry32. */
function numbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** The bytes with one to three changes: a bit or byte changed, bytes cut out, put in, repeated, or moved. */
function mutant(original: Buffer, next: (bound: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + next(3); changes > 0; changes -= 1) {
    const [at, length] = [next(bytes.length + 1), 1 + next(next(4) === 0 ? 200 : 4)];
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
    const part = Buffer.from(bytes.subarray(at, at + length));
    const kind = next(6);
    if (kind === 0) bytes = Buffer.concat([before, behind.subarray(length)]);
    else if (kind === 1) bytes = Buffer.concat([before, part, behind]);
    else if (kind === 2) bytes = Buffer.concat([before, Buffer.from('0aZ"{}[],:\n +/=-e.'.charAt(next(18))), behind]);
    else if (kind === 3) bytes = Buffer.concat([behind, before]);
    else if (kind === 4 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8));
    else if (at < bytes.length) bytes[at] = 0x30 + next(75);
  }
  return bytes;
}

/** What the log signed. Anyone may add a line by a witness that nobody asks for. */
function textOf(log: JsonRecord): Json {
  const note = log['checkpoint'] ?? null;
  return typeof note === 'string' ? (note.split('\n\n')[0] ?? null) : note;
}

/** Whether an accepted bundle says what the original says, in all that is signed. */
function saysTheSame(bytes: Buffer, whole: JsonRecord): boolean {
  const file = JSON.parse(bytes.toString('utf8')) as JsonRecord;
  const same = (name: string): boolean => file[name] !== undefined && jcs(file[name]) === jcs(whole[name] ?? null);
  const seals = Array.isArray(file['seals']) ? (file['seals'] as readonly Json[]) : [];
  const original = (whole['seals'] as readonly Json[]).map(jcs);
  const [log, true_log] = [file['account_log'], (whole['account_log'] ?? {}) as JsonRecord];
  const sameLog =
    typeof log !== 'object' ||
    log === null ||
    (jcs((log as JsonRecord)['leaf'] ?? null) === jcs(true_log['leaf'] ?? null) &&
      textOf(log as JsonRecord) === textOf(true_log));
  const sameReport = file['report'] === undefined || file['report'] === null || same('report');
  return same('entries') && sameReport && seals.every((seal) => original.includes(jcs(seal))) && sameLog;
}

/** What went wrong with one mutant; null where it was refused, or says the same. */
function tryBundle(bytes: Buffer): string | null {
  const { outcome } = verifyBundle(bytes, { trustedKeys, policy });
  return outcome === 'authentic' && !saysTheSame(bytes, ORIGINAL) ? 'a bundle was accepted' : null;
}

function tryOpenBundle(bytes: Buffer): string | null {
  const { outcome } = verifyBundle(bytes, { trustedKeys });
  return outcome === 'authentic' && !saysTheSame(bytes, OPEN_ORIGINAL)
    ? 'a bundle of an open session was accepted'
    : null;
}

/** The bytes of a PDF changed. Bytes that nothing reads may differ: names, the version, objects that are not used. */
function tryPdf(bytes: Buffer): string | null {
  const first = verifyBundle(bytes, { trustedKeys });
  const options = { trustedKeys };
  if (withRewrittenPdf(bytes, first, options).outcome !== 'authentic') return null;
  const read = first.outcome === 'authentic' ? bytes : plainPdf(bytes);
  const { attached, pages } = readPdf(sourceOf(read), DEFAULT_LIMITS);
  return saysTheSame(Buffer.from(attached), ORIGINAL) && areTrue(pages.flat()) ? null : 'a PDF was accepted';
}

/** A PDF with the pages of the true bundle. */
const attachedTo = (bundle: Buffer): Buffer => Buffer.from(pdfOf({ attached: bundle, pages: PAGES }));

/** The lines of the pages of a changed text. */
const linesOf = (text: Buffer): readonly (readonly string[])[] =>
  text
    .toString('latin1')
    .split('\f')
    .map((page) => page.split('\n'));
const drawn = (text: Buffer): Buffer => Buffer.from(pdfOf({ attached: BUNDLE, pages: linesOf(text) }));

/** A bundle changed, and attached to a PDF with the pages of the true one. */
function tryAttached(bytes: Buffer): string | null {
  const { outcome } = verifyBundle(attachedTo(bytes), { trustedKeys, policy });
  return outcome === 'authentic' && !saysTheSame(bytes, ORIGINAL) ? 'an attached bundle was accepted' : null;
}

/** Labels with numbers that no mutant may lack, two of which may share a line; in transcripts and policies there may be anything. */
const NUMBERED = PAGES.flat()
  .flatMap((line) => line.split(/(?<=^[A-Z][a-z ]+ \d+) (?=[A-Z])/))
  .filter((line) => /\d/.test(line) && !/^(?:Status ok 77|NAME 9[89])$/.test(line));

function areTrue(lines: readonly string[]): boolean {
  return NUMBERED.every((line) => lines.some((each) => each.includes(line)));
}

/** The text of the pages changed, and drawn with the true bundle. */
function tryPages(bytes: Buffer): string | null {
  const { outcome } = verifyBundle(drawn(bytes), { trustedKeys });
  if (outcome !== 'authentic') return null;
  return areTrue(
    linesOf(bytes)
      .flat()
      .map((line) => line.replace(/\s+/g, ' ').trim()),
  )
    ? null
    : 'pages were accepted';
}

/** A journal in the form of another tool proves nothing by itself: no mutant may be taken for a bundle. */
function tryFace(bytes: Buffer): string | null {
  return verifyBundle(bytes, { trustedKeys }).outcome === 'unreadable' ? null : 'a face was taken for a bundle';
}

function tryManifest(bytes: Buffer): string | null {
  const { origin, keys: own } = parseKeyManifest(bytes);
  const isOriginal = own.every(({ publicKey }) => Buffer.from(publicKey).equals(trustedKeys[0] ?? Buffer.alloc(0)));
  return isOriginal && origin === LOG_ORIGIN ? null : 'a key manifest was accepted';
}

function tryProof(bytes: Buffer): string | null {
  const { index, proof, checkpoint } = parseTlogProof(bytes);
  const { text } = openNote(checkpoint, keys);
  const { size, root } = parseCheckpoint(text);
  return verifyInclusion({ leafHash, index, size, proof, root }) && (index !== 3n || text !== TEXT)
    ? 'a proof was accepted'
    : null;
}

function tryNote(bytes: Buffer): string | null {
  return openNote(bytes, keys).text === TEXT ? null : 'a note was accepted';
}

function tryGrowth(bytes: Buffer): string | null {
  const { oldSize, proof, newer } = parseConsistencyProof(bytes);
  const { size, root } = parseCheckpoint(openNote(newer.whole, keys).text);
  const holds = verifyConsistency({ size1: oldSize, root1: older.root, size2: size, root2: root, proof });
  return holds && oldSize !== 4n ? 'a consistency proof was accepted' : null;
}

const leaves = ORIGINAL['leaf_hashes'] as readonly string[];
const journal = ORIGINAL['entries'] as readonly JsonRecord[];
const FACES = [
  journal
    .map((entry, at) => jcs({ class_uid: 2006, unmapped: { leaf_hash: leaves[at] ?? '' }, raw_data: jcs(entry) }))
    .join('\n'),
  jcs({
    resourceType: 'Bundle',
    entry: journal.map((entry) => ({ resource: { resourceType: 'AuditEvent', detail: jcs(entry) } })),
  }),
  journal
    .map((entry, at) => `CEF:0|Masker|Masker|0.1.0|${jcs(entry['kind'] ?? null)}|entry|3|cs6=${leaves[at] ?? ''}`)
    .join('\n'),
].map((text) => Buffer.from(text));
const MANIFEST = Buffer.from(
  jcs({
    origin: LOG_ORIGIN,
    keys: [
      {
        alg: 'Ed25519',
        key_id: signingKey(SIGNING_SEED).id,
        note_key_id: LOG.vkey.split('+')[1] ?? '',
        public_key: signingKey(SIGNING_SEED).publicKey.toString('base64'),
        from_size: 0,
        until_size: null,
      },
    ],
  }),
);

const same = (bytes: Buffer): Buffer => bytes;

/** What is changed, what is tried on the result, and the file that a person would give to the verifier. */
const KINDS: readonly (readonly [Buffer, (bytes: Buffer) => string | null, ((bytes: Buffer) => Buffer)?])[] = [
  [BUNDLE, tryBundle],
  [PDF, tryPdf],
  [REWRITTEN, tryPdf],
  [REWRITTEN_PLAINLY, tryPdf],
  [BUNDLE, tryAttached, attachedTo],
  [PAGES_TEXT, tryPages, drawn],
  [OPEN, tryOpenBundle],
  ...FACES.map((face) => [face, tryFace] as const),
  [MANIFEST, tryManifest],
  [PROOF, tryProof],
  [NOTE, tryNote],
  [GROWTH, tryGrowth],
];

const kindOf = (seed: number): (typeof KINDS)[number] => KINDS[seed % KINDS.length] ?? [BUNDLE, tryBundle];

/** The mutants `from` to `to` as files, by names of their own. */
export function mutantFiles(from: number, to: number): readonly (readonly [string, Uint8Array])[] {
  return Array.from({ length: to - from }, (_, at) => {
    const seed = from + at;
    const [original, , asFile = same] = kindOf(seed);
    return [`mutant-${seed}`, Uint8Array.from(asFile(mutant(original, numbers(seed))))] as const;
  });
}

/** Tries the mutants `from` to `to`, and returns what was wrong, with the number that repeats it. */
export function tryMutants(from: number, to: number): readonly string[] {
  const wrong: string[] = [];
  for (let seed = from; seed < to; seed += 1) {
    const [original, attempt] = kindOf(seed);
    try {
      const problem = attempt(mutant(original, numbers(seed)));
      if (problem !== null) wrong.push(`${seed}: ${problem}`);
    } catch (error) {
      if (!(error instanceof FormatError)) wrong.push(`${seed}: ${String(error)}`);
    }
  }
  return wrong;
}
