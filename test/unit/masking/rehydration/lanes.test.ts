import { describe, expect, it } from 'vitest';
import { RESTORE_ALL, SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { IssuedTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { TextLanes, type LanePlace } from '../../../../src/masking/rehydration/lanes.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { StreamLimitError } from '../../../../src/masking/rehydration/stream-limit.ts';
import { NAME, PHONE, rehydrator, SEALED } from './answers.ts';

/** Lanes of an API whose events are numbered by item, as those of OpenAI's Responses API are. */
interface Item {
  readonly item: number;
}
const at = (item: number, form: LanePlace<Item>['form'] = 'plain'): LanePlace<Item> => ({
  where: { item },
  destination: SPEECH,
  form,
});
const open = () => new TextLanes<Item>(rehydrator());

describe('lanes', () => {
  it('hold back each its own', () => {
    const lanes = open();
    expect(lanes.push('a', `x ${NAME.slice(0, 9)}`, at(0))).toBe('x ');
    expect(lanes.push('b', `y ${PHONE.slice(0, 7)}`, at(1))).toBe('y ');
    expect([lanes.isHolding('a'), lanes.isHolding('c'), lanes.heldLength]).toEqual([true, false, 16]);
    expect(lanes.push('b', PHONE.slice(7), at(1))).toBe('555-0100');
    expect(lanes.push('a', NAME.slice(9), at(0))).toBe('Maria Müller');
    expect(lanes.heldLength).toBe(0);
  });

  it('end when they are told so, and begin anew', () => {
    const lanes = open();
    expect(lanes.push('a', 'MSK', at(0), true)).toBe('MSK');
    expect(lanes.push('a', SEALED, at(0), true)).toBe('José');
    expect(lanes.push('a', 'V1.', at(0))).toBe('V1.');
  });

  it('are flushed as text, all or those that are picked', () => {
    const lanes = open();
    lanes.push('a', 'MSK', at(0));
    lanes.push('b', SEALED, at(1));
    lanes.push('c', 'nothing', at(1));
    expect(lanes.flush(({ item }) => item === 1)).toEqual([{ key: 'b', where: { item: 1 }, text: 'José' }]);
    expect(lanes.flush()).toEqual([{ key: 'a', where: { item: 0 }, text: 'MSK' }]);
    expect(lanes.flush()).toEqual([]);
  });

  it('let go what waits by mistake, and go on', () => {
    const lanes = open();
    lanes.push('a', 'it is m', at(0));
    lanes.push('b', 'MSKV1.NA', at(1));
    expect(lanes.flushFalsePrefixes()).toEqual([{ key: 'a', where: { item: 0 }, text: 'm' }]);
    expect(lanes.push('a', 'e', at(0))).toBe('e');
    expect(lanes.push('b', NAME.slice(8), at(1))).toBe('Maria Müller');
  });

  it('are forgotten when the upstream dies', () => {
    const lanes = open();
    lanes.push('a', 'MSKV1.NA', at(0));
    lanes.drop();
    expect([lanes.heldLength, lanes.flush()]).toEqual([0, []]);
  });

  it('take note of what passes', () => {
    const lanes = open();
    expect(lanes.passes('a', 'so', at(0))).toBe(true);
    // A word goes on: nothing to wait for. Behind a space one could begin.
    expect(lanes.push('a', 'm', at(0))).toBe('m');
    expect(lanes.passes('a', ' or ', at(0))).toBe(true);
    expect(lanes.push('a', 'm', at(0))).toBe('');
    expect(lanes.passes('a', 'ore', at(0))).toBe(false);
    expect(lanes.passes('b', 'no token', at(1, 'json'))).toBe(false);
  });

  it.each([
    ['my number tomorrow', true],
    ['\uff4dove', true],
    ['am', false],
    ['I am.', false],
    ['Ms. Smith', false],
    ['m*sk', false],
    ['\uff2d\uff33', false],
    [NAME.slice(0, 2), false],
    ['MX9', false],
    ['MY9', true],
  ])('let pass what no token can begin in, and only that: %s', (text, passes) => {
    const issued = new Map([['MX95', { kind: 'NAME', value: 'Maria' } as const]]);
    const lanes = new TextLanes<Item>({
      index: new IssuedTokens(issued),
      restore: RESTORE_ALL,
      counts: new RehydrationCounts(),
    });
    expect(lanes.passes('a', text, at(0))).toBe(passes);
    if (passes) expect(lanes.push('b', text, at(0))).toBe(text);
  });

  it('are limited in number', () => {
    const lanes = open();
    const many = (): void => {
      for (let item = 0; item < 5000; item++) lanes.push(`${item}`, 'x', at(item));
    };
    expect(many).toThrow(StreamLimitError);
  });
});
