/** Whether the pages of a PDF say what the report in the file attached to it says. docs/audit-format.md, PDF. */
import { toHex, utf8 } from './bytes.ts';
import type { Bundle } from './bundle.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { SAFE_HARBOR_CATEGORIES } from './report.ts';
import { sha256 } from './sha.ts';
import { counted, shown } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Each label, where its value is in the report, and on how many lines it is at least. */
const LABELS: readonly (readonly [label: string, pointer: string, lines?: number])[] = [
  ['Report ID', 'id'],
  ['Scope', 'scope'],
  ['Session ID', 'session_id'],
  ['Agent ID', 'agent_id'],
  ['Window, since', 'window/since'],
  ['Window, until', 'window/until'],
  ['Generated at', 'generated_at'],
  ['Merkle root', 'merkle_root_hex', 2],
  ['Report signing key ID', 'signature/key_id'],
  ['First hash', 'audit/first_hash'],
  ['Last hash', 'audit/last_hash'],
  ['Journal entries', 'audit/event_count', 2],
  ['Tokens issued', 'tokens/issued'],
  ['Returned exactly', 'tokens/returned_exact'],
  ['Returned repaired', 'tokens/returned_repaired'],
  ['Not returned', 'tokens/not_returned'],
  ['Unknown tokens', 'tokens/unknown'],
  ['Refused tokens', 'tokens/refused'],
  ['Refused as outside the turn', 'tokens/outside_turn'],
  ['Withheld by policy', 'tokens/withheld'],
  ['Requests searched', 'leak_detection/searched_requests'],
  ['Requests refused', 'leak_detection/blocked_requests'],
  ['Card numbers replaced', 'pci_dss/replaced'],
  ['Card numbers let through', 'pci_dss/forwarded'],
  ['Card numbers in refused requests', 'pci_dss/blocked'],
  ['Sessions with a data key', 'retention_attestation/vault/sessions_with_key'],
  ['Sessions without a data key', 'retention_attestation/vault/sessions_without_key'],
  ['Values in the vault', 'retention_attestation/vault/values_stored'],
  ['Turns with payloads kept', 'retention_attestation/payloads/turns_stored'],
  ['Days that payloads are kept', 'retention_attestation/payloads/retention_days'],
  ['Redactions outside the categories', 'coverage/redactions_outside'],
  ['Sessions compared', 'completeness/sessions_compared'],
  ['Sessions not compared', 'completeness/sessions_not_compared'],
  ['Messages matched', 'completeness/matched'],
  ['Messages unseen', 'completeness/unseen'],
  ['Unseen behind the last match', 'completeness/unseen_at_end'],
  ['Answers only here', 'completeness/only_ours'],
  ['Messages excluded', 'completeness/excluded'],
  ['Not comparable', 'completeness/unknown'],
];

/** Counts by name, each on a line of its own. */
const COUNTS = [
  'redactions_by_kind',
  'redactions_by_pass',
  'tokens/redactions_by_scheme',
  'leak_detection/suspected_by_kind',
];
/** Sections that hold what people wrote: nothing in them is compared. Each ends with the section behind it. */
const FREE: ReadonlyMap<string, string> = new Map([
  ['Sample masked transcripts', 'Audit integrity'],
  ['Configuration snapshot', 'Appendix'],
]);
/** Seals and heads that are printed in full; there are more in the attached file. */
const PRINTED = 10;
const MATRIX_LINE = /^([A-R]) .*? (full|partial|in progress|not applicable) (\d.*)$/;
const SESSION_LINE = /^(?:sess_\w+ started .*|status \w+ turns .*|root [0-9a-f]{64})$/;
const PARTY_LINE = /(?:PHI in clear|masked text) (?:\d+|–)(?= |$)/;
const HEAD_LINE = /^sess_\w+ \d+ \d{4}-/;

/** Compares each labelled number and name of the report with the lines of the pages. */
export function checkPdfText(pages: readonly (readonly string[])[], { report }: Bundle): Check {
  const stated = report?.report ?? null;
  if (report === null || stated === null) return notChecked('pdf_text', 'the attached file has no report');
  const comparison = new Comparison(comparedLines(pages), report.object);
  comparison.labels();
  comparison.counts();
  comparison.sums();
  comparison.matrix();
  comparison.lists();
  for (const [at, page] of pages.entries())
    comparison.same(
      'the foot of a page',
      [`${comparison.text('id')} Page ${at + 1} of ${pages.length}`],
      page.slice(-1),
    );
  return comparison.conclude(pages.length);
}

function comparedLines(pages: readonly (readonly string[])[]): readonly string[] {
  let until: string | null = null;
  return pages.flat().filter((line) => {
    if (line === until) until = null;
    until ??= FREE.get(line) ?? null;
    return until === null || line.startsWith('Policy digest (SHA-256) ');
  });
}

class Comparison {
  readonly #lines: readonly string[];
  readonly #report: JsonObject;
  readonly #findings = new Findings();
  #compared = 0;

  constructor(lines: readonly string[], report: JsonObject) {
    this.#lines = lines;
    this.#report = report;
  }

  conclude(pages: number): Check {
    const reason = `${counted(this.#compared, 'value')} on ${counted(pages, 'page')}; what is drawn over the text is not seen`;
    return this.#findings.conclude('pdf_text', reason);
  }

  /** The value at a place of the report, or of an object in it; undefined where there is none. */
  #at(pointer: string, within: JsonValue | undefined = this.#report): JsonValue | undefined {
    return pointer
      .split('/')
      .reduce((value: JsonValue | undefined, name) => (isObject(value) ? value.get(name) : undefined), within);
  }

  /** The same as it is printed. */
  text(pointer: string, within?: JsonValue): string {
    const value = this.#at(pointer, within);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }

  #list(pointer: string): readonly JsonValue[] {
    const value = this.#at(pointer);
    return isArray(value) ? value : [];
  }

  /** Notes a finding where the lines are others than expected. */
  same(what: string, expected: readonly string[], found: readonly string[]): void {
    this.#compared += expected.length;
    const at = expected.findIndex((line, index) => line !== found[index]);
    if (at < 0 && expected.length === found.length) return;
    const place = at < 0 ? expected.length : at;
    this.#add(what, shown(expected[place] ?? 'no further line'), shown(found[place] ?? 'no line'));
  }

  /** The values behind a label. A text is behind it at the beginning of a line; labels of numbers are also beside each other. */
  #label(label: string, required: readonly string[], others: readonly string[] = []): void {
    const isNumber = required.every((value) => /^-?\d+$/.test(value));
    const name = label.replace(/[()]/g, '\\$&');
    const pattern = new RegExp(isNumber ? `(?:^| )${name} (-? ?\\d[^ ]*)(?= |$)` : `^${name} ([^ ]+)$`);
    this.#values(label, pattern, required, others);
  }

  /** Each value that is required must be found as often, and nothing else may be found but `others`. */
  #values(what: string, pattern: RegExp, required: readonly string[], others: readonly string[] = []): void {
    const found = this.#lines.flatMap((line) => pattern.exec(line)?.[1]?.replace(' ', '') ?? []);
    const times = (values: readonly string[], value: string): number => values.filter((each) => each === value).length;
    const isMissing = required.some((value) => times(found, value) < times(required, value));
    this.#compared += 1;
    if (!isMissing && found.every((value) => required.includes(value) || others.includes(value))) return;
    const listed = (values: readonly string[]): string => shown(values.slice(0, 4).join(', '));
    this.#add(what, listed(required), found.length === 0 ? 'nothing' : listed(found));
  }

  #add(what: string, expected: string, found: string): void {
    this.#findings.add('wrong_text', `${what} in the PDF is not what the attached file says`, { expected, found });
  }

  labels(): void {
    const seals = this.#list('seals').slice(0, PRINTED + 1);
    const sealed = (name: string): readonly string[] => seals.map((each) => this.text(`seal/${name}`, each));
    for (const [label, pointer, times = 1] of LABELS) {
      const value = this.#at(pointer);
      if (value === undefined || value === null) continue;
      const others =
        label === 'Merkle root' ? sealed('merkle_root_hex') : label === 'Last hash' ? sealed('last_hash') : [];
      this.#label(
        label,
        Array.from({ length: times }, () => this.text(pointer)),
        others,
      );
    }
    if (this.#at('policy_snapshot') !== undefined)
      this.#label('Policy digest (SHA-256)', [toHex(sha256(utf8(this.text('policy_snapshot'))))]);
    if (seals.length === 0 || seals.length > PRINTED) return;
    this.#label('Sealed entries', sealed('event_count'));
    this.#label('Seal of session', sealed('session_id'));
  }

  /** A name may be counted in several lists, each with a number of its own. */
  counts(): void {
    const byName = new Map<string, string[]>();
    for (const pointer of COUNTS) {
      const counts = this.#at(pointer);
      for (const name of isObject(counts) ? counts.keys() : [])
        byName.set(name, [...(byName.get(name) ?? []), this.text(name, counts)]);
    }
    for (const [name, counts] of byName) this.#values(name, new RegExp(`^${name} (-? ?[^ ]+)$`), counts);
  }

  /** Numbers that are not in the report, but follow from it. */
  sums(): void {
    const sessions = this.#list('sessions');
    const withStatus = (status: string): number =>
      sessions.filter((each) => this.text('status', each) === status).length;
    const sealed = sessions.filter((each) => this.text('sealed_at', each) !== '').length;
    const kinds = this.#at('redactions_by_kind');
    const redactions = (isObject(kinds) ? [...kinds.values()] : []).reduce<number>(
      (sum, each) => sum + Number(each),
      0,
    );
    const sums: readonly (readonly [string, number])[] = [
      ['Redactions in all', redactions],
      ['Sessions sealed', sealed],
      ['Sessions still open', sessions.length - sealed],
      ...['ok', 'partial', 'error'].map((status) => [`Status ${status}`, withStatus(status)] as const),
      ...['full', 'partial', 'in_progress', 'not_applicable'].map(
        (status) => [`Categories ${status.replaceAll('_', ' ')}`, this.#categoriesOf(status)] as const,
      ),
    ];
    for (const [label, value] of sums) this.#label(label, [String(value)]);
    const tiles = this.#lines.indexOf('Sessions Redactions Requests searched Requests refused');
    const [searched, refused] = ['searched', 'blocked'].map((name) => this.text(`leak_detection/${name}_requests`));
    this.same(
      'the row of figures',
      [`${sessions.length} ${redactions} ${searched} ${refused}`],
      this.#lines.slice(Math.max(0, tiles - 1), Math.max(0, tiles)),
    );
  }

  #categoriesOf(status: string): number {
    return SAFE_HARBOR_CATEGORIES.filter((name) => this.text(`safe_harbor_coverage/${name}`) === status).length;
  }

  /** The matrix: of each category its coverage, its redactions, and both measurements. */
  matrix(): void {
    if (this.#at('coverage/categories') === undefined) return;
    const percent = (value: JsonValue | undefined): string => (typeof value === 'number' ? `${value} %` : 'none');
    const expected = SAFE_HARBOR_CATEGORIES.map((name) => {
      const row = this.#at(`coverage/categories/${name}`);
      const forms = ['written', 'spoken'].map((form) => {
        const measured = this.#at(form, row);
        if (!isObject(measured)) return '– – –';
        const [recall, lower] = [measured.get('recall_percent'), measured.get('lower_percent')].map(percent);
        return `${recall} ${lower} ${this.text('identifiers', measured)}`;
      });
      const status = this.text('status', row).replaceAll('_', ' ');
      return `${name.slice(0, 1)} ${status} ${this.text('redactions', row)} ${forms.join(' ')}`;
    });
    const found = this.#lines.flatMap((line) => {
      const [, letter, status, figures] = MATRIX_LINE.exec(line) ?? [];
      return letter === undefined ? [] : [`${letter} ${status} ${figures}`];
    });
    this.same('the Safe Harbor matrix', expected, found);
  }

  /** The sessions, who got something of them, and the signed heads. */
  lists(): void {
    const sessions = this.#list('sessions').flatMap((each) => {
      const of = (name: string): string => this.text(name, each);
      const sealed = of('sealed_at');
      return [
        `${of('id')} started ${of('started_at')} sealed ${sealed === '' ? 'no, it is open' : sealed}`,
        `status ${of('status')} turns ${of('turns')} redactions ${of('redaction_count')} entries ${of('event_count')}`,
        `root ${of('merkle_root_hex')}`,
      ];
    });
    this.same(
      'a session',
      sessions,
      this.#lines.filter((line) => SESSION_LINE.test(line)),
    );
    const parties = this.#list('baa_chain').map((link) => {
      const requests = this.text('requests', link);
      return `${this.text('receives', link) === 'phi' ? 'PHI in clear' : 'masked text'} ${requests === '' ? '–' : requests}`;
    });
    this.same(
      'the chain of agreements',
      parties,
      this.#lines.flatMap((line) => PARTY_LINE.exec(line) ?? []),
    );
    const heads = this.#list('anchored_heads')
      .slice(0, PRINTED)
      .map((head) =>
        ['head/session_id', 'head/event_count', 'anchor/ts'].map((name) => this.text(name, head)).join(' '),
      );
    this.same(
      'a signed head',
      heads,
      this.#lines.filter((line) => HEAD_LINE.test(line)),
    );
  }
}
