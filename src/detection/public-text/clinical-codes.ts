/** Codes of clinical classifications: they say what was done, found or given, and to nobody in particular. */
import type { Reading } from '../reading.ts';
import { codeAt, wordAt } from '../recognisers/ranges.ts';
import { PhraseIndex } from './phrase-index.ts';
import { publicWords, type PublicWords } from './public-words.ts';

interface CodeSystem {
  readonly rule: string;
  /** One code as it is written. */
  readonly form: RegExp;
  /** The letters and digits of one code that was said, without joints. */
  readonly spoken: RegExp;
}

const system = (rule: string, form: string, spoken: string): CodeSystem => ({
  rule,
  form: new RegExp(`(?:${form})(?![\\w-]*\\d)(?!\\w)`, 'iy'),
  spoken: new RegExp(`^(?:${spoken})$`),
});

const ICD =
  '[A-Z]\\d[0-9A-Z](?:\\.?[0-9A-Z]{1,4})?|\\d{3}(?:\\.\\d{1,2})?|[EV]\\d{2,3}(?:\\.\\d{1,2})?|[0-9A-HJ-NP-Z]{7}';
const HCPCS = '[A-VX]\\d{4}';
const CPT = '\\d{4}[0-9FTU](?:-[0-9A-Z]{2}){0,2}';
const ANY_CODE = `${CPT}|${HCPCS}|${ICD}`;

/** Names of code systems, in lower case without marks, and what their codes look like. */
const SYSTEMS: ReadonlyMap<string, CodeSystem> = new Map(
  (
    [
      ['icd', system('code.icd', ICD, '[A-Z]\\d[0-9A-Z]{1,5}|\\d{3,5}')],
      ['cpt', system('code.cpt', `${CPT}|${HCPCS}`, '\\d{5}(?:\\d\\d)?|\\d{4}[FTU]')],
      ['hcpcs', system('code.hcpcs', `${HCPCS}|${CPT}`, '[A-VX]\\d{4}')],
      ['billed', system('code.procedure', '\\d{4}[0-9FTU](?:-[0-9A-Z]{2}){0,2}', '\\d{5}')],
      ['j code', system('code.hcpcs', 'J\\d{4}', 'J\\d{4}')],
      ['dx', system('code.diagnosis', '[A-Z]\\d[0-9A-Z](?:\\.[0-9A-Z]{1,4})?', '[A-Z]\\d[0-9A-Z]{1,5}')],
      ['cdt', system('code.cdt', 'D\\d{4}', 'D\\d{4}')],
      ['loinc', system('code.loinc', '\\d{1,7}-\\d', '\\d{2,8}')],
      ['snomed', system('code.snomed', '\\d{6,18}', '\\d{6,18}')],
      ['sctid', system('code.snomed', '\\d{6,18}', '\\d{6,18}')],
      ['rxnorm', system('code.rxnorm', '\\d{1,8}', '\\d{1,8}')],
      ['rxcui', system('code.rxnorm', '\\d{1,8}', '\\d{1,8}')],
      ['ndc', system('code.ndc', '\\d{4,5}[- ]\\d{3,4}(?:[- ]\\d{1,2})?|\\d{9,11}', '\\d{9,11}')],
      ['national drug code', system('code.ndc', '\\d{4,5}-\\d{3,4}(?:-\\d{1,2})?|\\d{9,11}', '\\d{9,11}')],
      ['cvx', system('code.cvx', '\\d{1,3}', '\\d{1,3}')],
      ['drg', system('code.drg', '\\d{1,3}', '\\d{1,3}')],
      ['unii', system('code.unii', '[0-9A-Z]{10}', '[0-9A-Z]{10}')],
      ['atc', system('code.atc', '[A-Z]\\d{2}(?:[A-Z]{1,2}(?:\\d{2})?)?', '[A-Z]\\d{2}[A-Z]{2}\\d{2}')],
      ['revenue code', system('code.revenue', '\\d{3,4}', '\\d{3,4}')],
      ['rev code', system('code.revenue', '\\d{3,4}', '\\d{3,4}')],
      ['revenue codes', system('code.revenue', '\\d{3,4}', '\\d{3,4}')],
      ['nucc', system('code.taxonomy', '\\d{3}[0-9A-Z]{6}X', '\\d{3}[0-9A-Z]{6}X')],
      ['meddra', system('code.meddra', '\\d{8}', '\\d{8}')],
      ['mesh', system('code.mesh', '[A-Z]\\d{6,9}', '[A-Z]\\d{6,9}')],
      ['upc', system('code.product', '\\d{12,13}', '\\d{12,13}')],
      ['billed with code', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['billed as code', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['billed under code', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['bill it with', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['bill it as', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['bill it under', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['prior auth for', system('code.procedure', `${HCPCS}|${CPT}`, '\\d{5}|[A-Z]\\d{4}')],
      ['prior authorization for', system('code.procedure', `${HCPCS}|${CPT}`, '\\d{5}|[A-Z]\\d{4}')],
      ['precert for', system('code.procedure', `${HCPCS}|${CPT}`, '\\d{5}|[A-Z]\\d{4}')],
      ['coded as', system('code.diagnosis', ANY_CODE, '[A-Z]\\d[0-9A-Z]{1,5}')],
      ['coded it', system('code.diagnosis', ANY_CODE, '[A-Z]\\d[0-9A-Z]{1,5}')],
      ['taxonomy', system('code.taxonomy', '\\d{3}[0-9A-Z]{6}X', '\\d{3}[0-9A-Z]{6}X')],
      ['modifier', system('code.modifier', '[0-9A-Z]{2}', '\\d{2}')],
      ['modifiers', system('code.modifier', '[0-9A-Z]{2}', '\\d{2}')],
      ['place of service', system('code.place', '\\d{1,2}', '\\d{1,2}')],
      ['bill type', system('code.bill', '\\d{3,4}', '\\d{3,4}')],
      ['type of bill', system('code.bill', '\\d{3,4}', '\\d{3,4}')],
      ['diagnosis code', system('code.diagnosis', ANY_CODE, '[A-Z]\\d[0-9A-Z]{1,5}')],
      ['diagnosis codes', system('code.diagnosis', ANY_CODE, '[A-Z]\\d[0-9A-Z]{1,5}')],
      ['dx code', system('code.diagnosis', ANY_CODE, '[A-Z]\\d[0-9A-Z]{1,5}')],
      ['procedure code', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['procedure codes', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['billing code', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['billing codes', system('code.procedure', ANY_CODE, '\\d{5}|[A-Z]\\d{4}')],
      ['denial code', system('code.denial', '(?:CO|PR|OA|PI|CR)?[- ]?[A-Z]?\\d{1,3}', '[A-Z]{0,2}\\d{1,3}')],
      ['reason code', system('code.denial', '(?:CO|PR|OA|PI|CR)?[- ]?[A-Z]?\\d{1,3}', '[A-Z]{0,2}\\d{1,3}')],
      ['remark code', system('code.denial', '[A-Z]{1,2}\\d{1,3}', '[A-Z]{1,2}\\d{1,3}')],
    ] as const
  ).map(([name, codes]) => [name, codes]),
);

const NAMES = new PhraseIndex([...SYSTEMS.keys()]);
/** What may stand between the name of a system and its code: "ICD-10 CM code is", "SNOMED CT concept id:". */
const CONNECTORS =
  /(?:[ \t]*(?:-?(?:9|10|11)(?:-?(?:cm|pcs))?(?=[ :,])|(?:codes?|numbers?|no|ids?|concepts?|identifiers?|ct|cm|pcs|is|are|was|were|of|for|the|that|this|it|one|test|then|number|on the (?:vial|box|bottle) is)\b|[#:=.()"'-]))*[ \t]*/iy;
const NEXT = /[ \t]*(?:(?:,|;|\/|\||\band\b|\bor\b|&)[ \t]*)?(?:(?:and|or)\b[ \t]*)?/iy;
/** Provider taxonomy codes look like nothing else. */
const TAXONOMY = /(?<![\w-])\d{3}[0-9A-Z]{6}X(?![\w-])/g;
/** "code 99203 was billed twice", "J3490 unlisted drug", "modifier 59 on 97110": what is done with codes, and to no number of a person. */
const CODE_IN_USE =
  /(?<![\w-])(?:[A-V]\d{4}|\d{5})(?:-[0-9A-Z]{2})?(?=,? (?:(?:was|were|is|got|gets|isn't|wasn't) )?(?:billed|unbundled|bundled|unlisted|(?:not )?reimbursable|denied as)\b)|(?<![\w-])[A-V]\d{4}(?=,? on (?:the|my|this|that) (?:bill|claim|superbill|invoice|eob|order|statement)\b)|(?<![\w.-])[A-TV-Z]\d\d\.\d{1,3}[A-Z]?(?![\w-]|\.\d)|(?<=\bprocedure )\d{5}(?=,? (?:(?:was|is|got|gets) )?(?:denied|approved|scheduled|covered|rejected)\b)|(?<=\b(?:denied|denial|rejected|adjusted)\b[^.?!]{0,24})(?<![\w-])(?:CO|PR|OA|PI)-\d{1,3}(?![\w-])|(?<=\bmodifiers? [0-9A-Z]{2} (?:on|to|with|for) )\d{5}(?![\w-])/g;
const MOST_CONNECTORS = 80;
const MOST_CODES = 40;

/** The codes of clinical classifications in the text, each list from the name of its system to its last code. */
export function findClinicalCodes(reading: Reading): PublicWords[] {
  const { text } = reading;
  const found: PublicWords[] = [];
  const { words } = reading;
  for (let at = 0; at < words.length; at++) {
    const last = NAMES.endAt(words, at, true);
    const named = last === null ? '' : words.slice(at, last + 1).map(({ lower }) => lower);
    const codes = last === null ? undefined : SYSTEMS.get(named === '' ? '' : named.join(' '));
    const [start, from] = [words[at]?.start, last === null ? undefined : words[last]?.end];
    if (codes === undefined || start === undefined || from === undefined) continue;
    const end = listEnd(reading, from, codes);
    if (end !== null) found.push(publicWords(reading, start, end, codes.rule, true));
  }
  for (const { index, 0: code } of text.matchAll(CODE_IN_USE))
    found.push(publicWords(reading, index, index + code.length, 'code.procedure', true));
  for (const { index, 0: code } of text.matchAll(TAXONOMY))
    found.push(publicWords(reading, index, index + code.length, 'code.taxonomy', true));
  return found;
}

/** Where the last code of a list ends that begins behind the offset; null if there is none. */
function listEnd(reading: Reading, from: number, codes: CodeSystem): number | null {
  const { text } = reading;
  let at = skip(CONNECTORS, text, from);
  if (at - from > MOST_CONNECTORS) return null;
  let end: number | null = null;
  for (let count = 0; count < MOST_CODES; count++) {
    const codeEnd = writtenEnd(text, at, codes) ?? spokenEnd(reading, at, codes);
    if (codeEnd === null) break;
    end = codeEnd;
    at = skip(NEXT, text, codeEnd);
    if (at === codeEnd) break;
  }
  return end;
}

function writtenEnd(text: string, at: number, { form }: CodeSystem): number | null {
  form.lastIndex = at;
  const match = form.exec(text);
  // Letters alone are words.
  return match === null || !/\d/.test(match[0]) ? null : at + match[0].length;
}

function spokenEnd(reading: Reading, at: number, { spoken }: CodeSystem): number | null {
  const code = codeAt(reading.codes, wordAt(reading, at));
  if (code === null || code.spoken === 0 || !spoken.test(code.chars)) return null;
  return reading.words[code.last]?.end ?? null;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
