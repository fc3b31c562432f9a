import { describe, expect, test } from 'vitest';
import { ENTITY_KINDS, SAFE_HARBOR_CATEGORIES, SAFE_HARBOR_OF } from '../../../src/detection/kinds.ts';
import type { Form, Row } from '../../eval/annotated-set.ts';
import { exhaustiveLabels } from '../../eval/corpora.ts';
import type { Detector } from '../../eval/detector.ts';
import { HOSTILE_INPUTS } from '../../eval/hostile-inputs.ts';
import { LABEL_OF, LABEL_OF_CATEGORY, parseLabel, PHI_LABELS, sameClass } from '../../eval/labels.ts';
import { measureSet, splitByForm, toJson } from '../../eval/set-report.ts';

const row = (id: string, form: Form | null, call: Row['call'] = null): Row => ({
  id,
  text: 'i am bob',
  form,
  call,
  spans: [{ start: 5, end: 8, label: 'NAME', orig: null }],
});

describe('labels', () => {
  test('of kinds agree with the categories of kinds', () => {
    for (const kind of ENTITY_KINDS) {
      const category = SAFE_HARBOR_OF[kind];
      expect([kind, LABEL_OF[kind]]).toEqual([kind, category === null ? 'ORG' : LABEL_OF_CATEGORY[category]]);
    }
  });

  test('are each of some category', () => {
    expect(new Set(SAFE_HARBOR_CATEGORIES.map((category) => LABEL_OF_CATEGORY[category]))).toEqual(new Set(PHI_LABELS));
  });

  test('of codes are one class, all others are their own', () => {
    expect(sameClass('MRN', 'ID')).toBe(true);
    expect(sameClass('VEHICLE', 'PLAN')).toBe(true);
    expect(sameClass('SSN', 'ID')).toBe(false);
    expect(sameClass('ACCT', 'ID')).toBe(false);
    expect(sameClass('NAME', 'NAME')).toBe(true);
  });

  test('are spelled exactly', () => {
    expect([parseLabel('NAME'), parseLabel('ORG'), parseLabel('?GEO'), parseLabel('name'), parseLabel('')]).toEqual([
      'NAME',
      'ORG',
      'NEUTRAL',
      null,
      null,
    ]);
  });
});

describe('corpora', () => {
  test.each([
    ['btc', ['NAME', 'GEO']],
    ['deep/wnut_test', ['NAME', 'GEO']],
    ['ewt-lower', ['NAME', 'GEO']],
    ['aci', ['NAME']],
    ['slurp (spoken)', ['NAME', 'GEO', 'DATE', 'EMAIL']],
  ])('%s annotates %j', (set, labels) => {
    expect([...(exhaustiveLabels(set) ?? [])]).toEqual(labels);
  });

  test.each(['calls', 'mts', 'btcx', 'aci2/notes', 'constructor', ''])('%s annotates everything', (set) => {
    expect(exhaustiveLabels(set)).toBeNull();
  });
});

describe('a set', () => {
  test('of one form stays whole, of two forms becomes two', () => {
    const spoken = { name: 's', rows: [row('1', 'spoken'), row('2', 'spoken')] };
    expect(splitByForm(spoken)).toEqual([spoken]);
    expect(
      splitByForm({
        name: 's',
        rows: [row('1', 'spoken'), row('2', null), row('3', 'written'), row('4', 'spoken')],
      }).map(({ name, rows }) => [name, rows.map(({ id }) => id)]),
    ).toEqual([
      ['s (spoken)', ['1', '4']],
      ['s (unknown form)', ['2']],
      ['s (written)', ['3']],
    ]);
  });

  test('is measured alone, in calls and with others, and what the product would have found is kept', async () => {
    const nothing: Detector = { name: 'nothing', version: '1', model: null, detectRow: () => [], startCall: null };
    const inCalls: Detector = { ...nothing, startCall: () => () => [{ start: 5, end: 8, label: 'NAME' }] };
    const set = { name: 's', rows: [row('1', 'spoken', { id: 'c', turn: 1, speaker: null })] };
    const { report, detected } = await measureSet(set, inCalls, nothing, [nothing], 1);
    expect(report).toMatchObject({
      set: 's',
      form: 'spoken',
      rows: 1,
      words: 3,
      masker: { all: { recall: 0 } },
      inCall: { all: { recall: 1 } },
      shipped: { all: { recall: 0 } },
      peers: { nothing: { all: { recall: 0 } } },
    });
    expect(detected.map(({ found }) => found.length)).toEqual([1]);
    expect((await measureSet(set, nothing, nothing, [], 1)).report.inCall).toBeNull();
  });

  test('is printed on one line, with six digits behind the point', () => {
    expect(toJson({ a: 1 / 3, b: [0.9999999, null, 'x\n'] })).toBe('{"a":0.333333,"b":[1,null,"x\\n"]}');
  });
});

test('hostile inputs have 100,000 characters each', () => {
  for (const input of Object.values(HOSTILE_INPUTS)) expect(input).toHaveLength(100_000);
});
