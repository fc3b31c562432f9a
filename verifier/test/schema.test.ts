/** The published schema and the verifier's own reading of a report accept and refuse the same. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { verifyBundle } from '../src/verify.ts';
import {
  bytesOf,
  chain,
  FACTS,
  signedReport,
  unsignedReport,
  validBundle,
  type Json,
  type JsonRecord,
} from './bundle-builder.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schema/masker-audit.v1.schema.json', import.meta.url), 'utf8'),
) as JsonRecord;
const conforms = new Ajv2020({ strict: true, strictRequired: false, allErrors: false }).compile(schema);

function verifierAccepts(report: Json): boolean {
  const verification = verifyBundle(bytesOf({ report }));
  return (
    verification.outcome !== 'unreadable' &&
    verification.checks.some(({ id, verdict }) => id === 'schema' && verdict === 'holds')
  );
}

const report = validBundle().report ?? {};
const copy = (): Record<string, Json> => JSON.parse(JSON.stringify(report)) as Record<string, Json>;

/** Each place in the report, as steps. */
function places(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([step, member]) => places(member, [...path, step]))];
}

function change(path: readonly string[], part: Json | undefined): Json {
  const root = copy();
  let parent: Record<string, Json> = root;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string, Json>;
  const last = path.at(-1) ?? '';
  if (part !== undefined) parent[last] = part;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
  return root;
}

describe('a report', () => {
  it('conforms, sealed or open, with fields of later versions', () => {
    const open = chain(FACTS.slice(0, -1));
    for (const good of [report, signedReport(unsignedReport(open, [])), { ...report, weather: { wind: false } }]) {
      expect(conforms(good)).toBe(true);
      expect(verifierAccepts(good)).toBe(true);
    }
  });

  const strange: readonly (readonly [string, Json | undefined])[] = [
    ['left out', undefined],
    ['null', null],
    ['a number', 7],
    ['minus one', -1],
    ['half', 0.5],
    ['a word', 'wrong'],
    ['an empty text', ''],
    ['an object', {}],
    ['an array', []],
    ['a hash in capitals', 'AB'.repeat(32)],
    ['a time without milliseconds', '2026-05-03T21:14:00Z'],
  ];

  it.each(strange)(
    'with any one part replaced by: %s, is judged alike',
    (_, part) => {
      for (const path of places(report as Json).filter((steps) => steps.length > 0)) {
        const changed = change(path, part);
        const where = `/${path.join('/')}`;
        expect({ where, accepted: verifierAccepts(changed) }).toEqual({ where, accepted: conforms(changed) });
      }
    },
    60_000,
  );

  it('with an item taken into a list that is none, is judged alike', () => {
    for (const name of ['agents', 'sessions', 'seals']) {
      for (const item of [null, 'x', {}, []]) {
        const changed = { ...report, [name]: [item] };
        expect({ name, accepted: verifierAccepts(changed) }).toEqual({ name, accepted: conforms(changed) });
      }
    }
  });
});
