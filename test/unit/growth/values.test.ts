/** The work for one long value and for many values grows as they do: counted in steps, for each kind, never timed. */
import { describe, expect, it } from 'vitest';
import { KnownValues } from '../../../src/detection/known.ts';
import { ENTITY_KINDS, type EntityKind } from '../../../src/detection/kinds.ts';
import { EgressSearch } from '../../../src/masking/egress/egress.ts';
import { newId } from '../../../src/platform/ids.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { normalise } from '../../../src/tokens/normalise.ts';
import { SessionVault } from '../../../src/tokens/vault.ts';
import { countEach } from '../../counted-work.ts';

const MOST_GROWTH = 2.3;
/** UTF-16 units of the long value: more than any bound of a value's length. */
const LONG = 20_000;
const MANY = 200;

/** What long values are made of. */
const PIECES = ['1', '1 ', 'ab ', 'five ', 'a@', '\u0430'];

/** Different values of any kind. */
const values = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `A${n * 7919} Maria${n} (415) 555-${String(n).padStart(4, '0')}`);

function growth(work: (size: number) => void, size: number): number {
  const run = (of: number) => () => {
    work(of);
  };
  // What is made once, on first use, is no growth.
  const [, many = 0, few = 0] = countEach([run(size), run(2 * size), run(size)]);
  return many / few;
}

const key = new KeyRing([{ kid: 'K_TEST', role: 'active', secret: Buffer.alloc(32, 5) }]).active('K_TEST');
if (key === null) throw new Error('no key');
const { vault } = SessionVault.create(key, newId('account'), newId('session'));

let readings = 0;

/** What is done with the values of a call. */
const WORK: Readonly<Record<string, (kind: EntityKind, values: readonly string[]) => void>> = {
  normalising: (kind, all) => {
    for (const value of all) normalise(kind, value);
  },
  matching: (kind, all) => {
    const known = new KnownValues();
    for (const value of all) known.set(value, kind);
    // A text that was read just now is not read again: each is another one.
    readings += 1;
    known.find(`${readings + 1000}; ${all.join(', ')}`);
  },
  'the egress check': (kind, all) => {
    const search = new EgressSearch();
    for (const value of all) search.add(value, kind);
    search.search(Buffer.from(JSON.stringify(all)));
  },
  sealing: (kind, all) => {
    for (const [n, value] of all.entries()) vault.seal(`MSKV1.${kind}.K_TEST.${n}`, value);
  },
};

describe.each(Object.entries(WORK))('%s', (_, work) => {
  it.each(ENTITY_KINDS)('takes at most 2.3 times the steps for a value of twice the length: %s', (kind) => {
    for (const piece of PIECES) {
      const grown = growth((size) => {
        work(kind, [piece.repeat(size / piece.length)]);
      }, LONG);
      expect(grown, JSON.stringify(piece)).toBeLessThanOrEqual(MOST_GROWTH);
    }
  });

  it.each(ENTITY_KINDS)('takes at most 2.3 times the steps for twice as many values: %s', (kind) => {
    expect(
      growth((count) => {
        work(kind, values(count));
      }, MANY),
    ).toBeLessThanOrEqual(MOST_GROWTH);
  });
});

describe('counted steps', () => {
  it('show a search of a list for each of its items', () => {
    const quadratic = (size: number): void => {
      const list = Array.from({ length: size }, (_, n) => n);
      for (const item of list) list.includes(item);
    };
    const linear = (size: number): void => {
      const text = 'a b '.repeat(size);
      for (let at = 0; at < text.length; at += 1) text.charCodeAt(at);
      text.replace(/b/g, 'c');
    };
    expect(growth(quadratic, 500)).toBeGreaterThan(3.5);
    expect(growth(linear, 500)).toBeLessThanOrEqual(MOST_GROWTH);
  });
});
