/** The table of the Responses API covers every field there is, and lets no canary through anywhere. */
import { describe, expect, it } from 'vitest';
import type { MaskText } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { PLATFORM_FIELDS } from '../../../../src/masking/request/request-fields.ts';
import { RESPONSES_FIELDS } from '../../../../src/masking/request/responses-fields.ts';
import { maskResponsesRequest } from './mask-request.ts';
import type { Treatment } from '../../../../src/masking/request/treatment.ts';
import { documentedPaths } from './documented-paths.ts';
import { keepsNumbers, positionsOf } from './positions.ts';

const CANARY = 'Maria Canary';
const DIGITS = 5550001111;
/** Changes a canary where it is seen in the clear: what hides one from detection, as an escape does, leaks it. */
const mask: MaskText = (text) => text.replaceAll(CANARY, 'TOKEN').replaceAll(String(DIGITS), 'TOKEN');

const all = [...positionsOf(RESPONSES_FIELDS, '', (field) => ({ model: 'm', ...field }))];

/** What would leave; empty for a request that is refused: then nothing leaves. */
function sent(body: JsonObject, binaryContent: 'block' | 'allow' = 'block'): string {
  const result = maskResponsesRequest(body, mask, { binaryContent });
  return result.ok ? JSON.stringify(result.body) : '';
}

describe('every position of the table', () => {
  it('is many', () => {
    expect(all.length).toBeGreaterThan(500);
  });

  it.each(all)('lets no canary through at $path', ({ treatment, plant }) => {
    const planted: JsonValue[] = [
      { [CANARY]: [`is ${CANARY}`, { x: CANARY, y: DIGITS }] },
      [`is ${CANARY}`, [DIGITS]],
      { a: JSON.stringify({ b: JSON.stringify({ [CANARY]: DIGITS }) }) },
    ];
    if (treatment.as !== 'verbatim')
      planted.push(
        `is ${CANARY}`,
        `["${CANARY}", ${DIGITS}]`,
        CANARY,
        String(DIGITS),
        `call_${DIGITS}`,
        `call_${DIGITS}_of_the_${CANARY}`,
      );
    // This API has no seed: no number of any length stays anywhere.
    expect(keepsNumbers(treatment)).toBe(false);
    planted.push(DIGITS, -DIGITS);
    for (const value of planted) {
      for (const policy of ['block', 'allow'] as const)
        expect(sent(plant(value), policy)).not.toMatch(/aria Canary|5550001111/);
    }
  });

  it.each(all.filter(({ treatment }) => treatment.as === 'json text' || treatment.as === 'deep'))(
    'sees through escapes in JSON text at $path',
    ({ plant }) => {
      const hidden = JSON.stringify({ a: CANARY, b: [JSON.stringify({ [CANARY]: CANARY })] }).replaceAll(
        'Maria',
        'Mar\\u0069a',
      );
      expect(hidden).not.toContain(CANARY);
      expect(sent(plant(hidden))).not.toMatch(/Mar/);
    },
  );

  it.each(all.filter(({ treatment }) => treatment.as === 'keyword'))(
    'keeps the known words at $path',
    ({ treatment, plant }) => {
      if (treatment.as !== 'keyword') return;
      for (const word of treatment.of) {
        const result = maskResponsesRequest(plant(word), (text) => `masked ${text}`, { binaryContent: 'allow' });
        expect(JSON.stringify(result)).not.toContain(`masked ${word}`);
      }
    },
  );
});

describe('platform envelopes', () => {
  it.each(PLATFORM_FIELDS)('%s never goes on, whatever it is', (field) => {
    for (const value of ['x', 1, null, { a: 1 }, [1]]) {
      expect(sent({ model: 'm', input: 'hi', [field]: value })).toBe('{"model":"m","input":"hi"}');
    }
  });
});

/**
 * Documented fields that the table has no place of their own for: they are masked deep. A field that is new in the package
 * is in neither, and fails the test.
 */
const DEEP = /\.allowed_tools\.(?:read_only|tool_names)/;

/** The treatment at a path, step by step; 'deep' where it ends in one that masks all below; null where the table has no such field. */
function treatmentAt(path: string): Treatment | 'deep' | null {
  let here: Treatment = { as: 'object', fields: RESPONSES_FIELDS };
  const steps = [...path.matchAll(/\.([\w{}:]+)|\[\]|<([^>]*)>/g)];
  for (const [step, field, type] of steps) {
    here = structured(here);
    if (here.as === 'variant') {
      const item: Treatment | undefined = type === undefined ? here.absent : here.of[type];
      if (item === undefined) return null;
      here = structured(item);
      if (type !== undefined) continue;
    }
    if (
      here.as === 'binary' ||
      here.as === 'deep' ||
      here.as === 'schema' ||
      here.as === 'json text' ||
      here.as === 'drop'
    )
      return 'deep';
    if (type !== undefined) continue;
    if (step === '[]') {
      if (here.as === 'list') here = here.of;
      else if (here.as !== 'content') return null;
    } else if (field !== undefined) {
      const next: Treatment | null = below(here, field);
      if (next === null) return null;
      here = next;
    }
  }
  return here;
}

/** The treatment of what is no string. */
function structured(here: Treatment): Treatment {
  if (here.as === 'spoken') return structured(here.of);
  return here.as === 'keyword' || here.as === 'form' ? structured(here.other) : here;
}

function below(here: Treatment, field: string): Treatment | null {
  if (here.as === 'map') return here.of;
  // Any object in content is a part, and one with these fields is binary: see BINARY_PART_FIELDS.
  if (here.as === 'content') {
    const parts = here.parts ?? {};
    return Object.hasOwn(parts, field) ? (parts[field] ?? null) : { as: 'deep' };
  }
  if (here.as !== 'object' && here.as !== 'message') return null;
  return Object.hasOwn(here.fields, field) ? (here.fields[field] ?? null) : null;
}

describe('what the openai package documents', () => {
  const paths = documentedPaths('ResponseCreateParams');

  it('is much', () => {
    expect(paths.length).toBeGreaterThan(600);
    expect(paths).toContain('.input[]<function_call_output>.output[]<input_text>.text');
  });

  it('is in the table, all of it', () => {
    const missing = paths.filter((path) => treatmentAt(path) === null && !DEEP.test(path));
    expect(missing).toEqual([]);
  });
});
