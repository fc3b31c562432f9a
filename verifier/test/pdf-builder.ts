/**
 * Makes PDFs as Masker's library writes them: classic table of objects, one font with a ToUnicode map, text by TJ. Like
 * bundle-builder.ts it imports nothing of the verifier.
 */
import { deflateSync } from 'node:zlib';
import { POLICY, sha256, type JsonRecord, type TestBundle } from './bundle-builder.ts';

/** What may differ from a PDF that is true in every part. */
export interface PdfTerms {
  readonly attached: Uint8Array;
  /** The lines of each page. */
  readonly pages: readonly (readonly string[])[];
  /** Written at the end of each page's contents. */
  readonly drawn?: string;
  /** Members of the page, the catalogue, the trailer, the attached stream. */
  readonly page?: string;
  readonly catalogue?: string;
  readonly trailer?: string;
  readonly stream?: string;
  /** The names of the attached files. */
  readonly names?: string;
  readonly kids?: string;
  readonly map?: string;
  /** Further objects, by numbers that are free. */
  readonly objects?: Readonly<Record<number, string>>;
  /** Members of the first page, which is object 10. */
  readonly firstPage?: string;
}

const hex = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex');

/** The contents of a page: each word is drawn by itself, as the library does. */
function contents(lines: readonly string[], drawn: string): string {
  const runs = lines.flatMap((line, at) =>
    line
      .split(/(?<= )/)
      .map(
        (word, place) =>
          `q\n1 0 0 -1 0 841.89 cm\nBT\n1 0 0 1 ${54 + 60 * place} ${780 - 14 * at} Tm\n/F1 9 Tf\n[<${hex(word)}> 0] TJ\nET\nQ`,
      ),
  );
  return `1 0 0 -1 0 841.89 cm\n${runs.join('\n')}\n${drawn}\n`;
}

const MAP = `1 beginbfrange\n<0000> <ffff> [${Array.from({ length: 0x2100 }, (_, at) => `<${at.toString(16).padStart(4, '0')}>`).join(' ')}]\nendbfrange\n`;

const PACKED_MAP = deflateSync(Buffer.from(MAP));

export function pdfOf(terms: PdfTerms): Uint8Array {
  const { attached, pages, drawn = '', page = '', catalogue = '', trailer = '', stream = '' } = terms;
  const objects = new Map<number, Buffer>();
  const plain = (number: number, text: string): void => void objects.set(number, Buffer.from(text, 'latin1'));
  const packed = (number: number, members: string, data: Uint8Array, body = deflateSync(data)): void => {
    const head = `<<\n${members}\n/Length ${body.length}\n/Filter /FlateDecode\n>>\nstream\n`;
    objects.set(number, Buffer.concat([Buffer.from(head), body, Buffer.from('\nendstream')]));
  };
  plain(1, `<<\n/Type /Catalog\n/Pages 2 0 R\n/Names 3 0 R\n${catalogue}\n>>`);
  const first = 10;
  const kids = pages.map((_, at) => `${first + 2 * at} 0 R`).join(' ');
  plain(2, `<<\n/Type /Pages\n/Count ${pages.length}\n/Kids [${terms.kids ?? kids}]\n>>`);
  plain(3, `<<\n/EmbeddedFiles <<\n  /Names [\n    ${terms.names ?? '(x.bundle.json) 4 0 R'}\n]\n>>\n>>`);
  plain(4, '<<\n/Type /Filespec\n/EF <<\n/F 5 0 R\n>>\n>>');
  packed(5, `/Type /EmbeddedFile\n${stream}`, attached);
  plain(6, '<<\n/Font <<\n/F1 7 0 R\n>>\n>>');
  plain(7, '<<\n/Type /Font\n/ToUnicode 8 0 R\n>>');
  packed(8, '', Buffer.from(terms.map ?? ''), terms.map === undefined ? PACKED_MAP : undefined);
  for (const [at, lines] of pages.entries()) {
    const number = first + 2 * at;
    plain(
      number,
      `<<\n/Type /Page\n/Contents ${number + 1} 0 R\n/Resources 6 0 R\n${page}${at === 0 ? (terms.firstPage ?? '') : ''}\n>>`,
    );
    packed(number + 1, '', Buffer.from(contents(lines, drawn)));
  }
  for (const [number, text] of Object.entries(terms.objects ?? {})) plain(Number(number), text);
  return written(objects, trailer);
}

function written(objects: ReadonlyMap<number, Buffer>, trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xff\xff\xff\xff\n', 'latin1')];
  const offsets = new Map<number, number>();
  let length = parts[0]?.length ?? 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (const [number, body] of objects) {
    offsets.set(number, length);
    add(Buffer.concat([Buffer.from(`${number} 0 obj\n`), body, Buffer.from('\nendobj\n')]));
  }
  const size = Math.max(...objects.keys()) + 1;
  const rows = Array.from({ length: size }, (_, number) => {
    const offset = offsets.get(number);
    return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = length;
  add(Buffer.from(`xref\n0 ${size}\n${rows.join('')}trailer\n<<\n/Size ${size}\n/Root 1 0 R\n${trailer}\n>>\n`));
  add(Buffer.from(`startxref\n${table}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const counts = (value: unknown): readonly string[] =>
  Object.entries(value as Record<string, number>).map(([name, count]) => `${name} ${count}`);

/** What the pages of a report say of it, in the words of the library's layout. */
export function pagesOf(report: JsonRecord): readonly (readonly string[])[] {
  const text = (name: string): string => report[name] as string;
  const tokens = report['tokens'] as Record<string, number>;
  const leaks = report['leak_detection'] as Record<string, number>;
  const cards = report['pci_dss'] as Record<string, number>;
  const audit = report['audit'] as Record<string, string>;
  const window = report['window'] as Record<string, string>;
  const signature = report['signature'] as Record<string, string>;
  const coverage = Object.values(report['safe_harbor_coverage'] as Record<string, string>);
  const sessions = report['sessions'] as readonly Record<string, string | number | null>[];
  const seals = report['seals'] as readonly { readonly seal: Record<string, string> }[];
  const heads = report['anchored_heads'] as readonly Record<string, Record<string, string>>[];
  const redactions = Object.values(report['redactions_by_kind'] as Record<string, number>).reduce((a, b) => a + b, 0);
  const sealed = sessions.filter(({ sealed_at: at }) => at !== null).length;
  const having = (status: string): number => coverage.filter((each) => each === status).length;
  const pages = [
    [
      `Report ID ${text('id')}`,
      `Scope ${text('scope')}`,
      `Session ID ${text('session_id')}`,
      `Window, since ${window['since'] ?? ''}`,
      `Window, until ${window['until'] ?? ''}`,
      `Generated at ${text('generated_at')}`,
      `Merkle root ${text('merkle_root_hex')}`,
    ],
    [
      'Executive summary',
      `${sessions.length} ${redactions} ${leaks['searched_requests']} ${leaks['blocked_requests']}`,
      'Sessions Redactions Requests searched Requests refused',
      `Sessions sealed ${sealed} Tokens issued ${tokens['issued']}`,
      `Sessions still open ${sessions.length - sealed} Returned exactly ${tokens['returned_exact']}`,
      `Status ok ${sessions.length} Returned repaired ${tokens['returned_repaired']}`,
      `Status partial 0 Not returned ${tokens['not_returned']}`,
      `Status error 0 Unknown tokens ${tokens['unknown']}`,
      `Journal entries ${audit['event_count']} Refused tokens ${tokens['refused']}`,
      `Refused as outside the turn ${tokens['outside_turn']}`,
      `Withheld by policy ${tokens['withheld']}`,
      `Categories full ${having('full')}`,
      'Categories partial 0',
      'Categories in progress 0',
      `Categories not applicable ${having('not_applicable')}`,
      `Requests searched ${leaks['searched_requests']}`,
      `Requests refused ${leaks['blocked_requests']}`,
      ...counts(leaks['suspected_by_kind']),
      `Card numbers replaced ${cards['replaced']}`,
      `Card numbers let through ${cards['forwarded']}`,
      `Card numbers in refused requests ${cards['blocked']}`,
      `Redactions in all ${redactions}`,
      ...counts(report['redactions_by_kind']),
      ...counts(report['redactions_by_pass']),
      ...counts(tokens['redactions_by_scheme']),
    ],
    ['Sample masked transcripts', 'Status ok 77', 'NAME 99'],
    [
      'Audit integrity',
      `Journal entries ${audit['event_count']}`,
      `First hash ${audit['first_hash']}`,
      `Last hash ${audit['last_hash']}`,
      `Merkle root ${text('merkle_root_hex')}`,
      `Report signing key ID ${signature['key_id']}`,
      ...seals.flatMap(({ seal }) => [
        `Seal of session ${seal['session_id']}`,
        `Sealed entries ${seal['event_count']}`,
        `Merkle root ${seal['merkle_root_hex']}`,
        `Last hash ${seal['last_hash']}`,
      ]),
      ...heads.map(({ head, anchor }) => `${head?.['session_id']} ${head?.['event_count']} ${anchor?.['ts']}`),
    ],
    ['Configuration snapshot', `Policy digest (SHA-256) ${sha256(POLICY).toString('hex')}`, 'NAME 98'],
    [
      'Appendix',
      ...sessions.flatMap((each) => [
        `${each['id']} started ${each['started_at']} sealed ${each['sealed_at'] ?? 'no, it is open'}`,
        `status ${each['status']} turns ${each['turns']} redactions ${each['redaction_count']} entries ${each['event_count']}`,
        `root ${each['merkle_root_hex']}`,
      ]),
    ],
  ];
  return pages.map((lines, at) => [...lines, `${text('id')} Page ${at + 1} of ${pages.length}`]);
}

/** A PDF of a bundle, true in every part but those of `terms`. */
export function pdfOfBundle(bundle: TestBundle, terms: Partial<PdfTerms> = {}): Uint8Array {
  return pdfOf({ attached: Buffer.from(JSON.stringify(bundle)), pages: pagesOf(bundle.report ?? {}), ...terms });
}
