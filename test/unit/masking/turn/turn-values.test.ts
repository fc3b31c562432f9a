import { describe, expect, test } from 'vitest';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import type { NonPersonalText } from '../../../../src/masking/turn/non-personal-text.ts';
import { TurnValues } from '../../../../src/masking/turn/turn-values.ts';
import { policyOf } from '../../policy/policies.ts';

const policyWith = (date: 'tokenize' | 'passthrough') =>
  policyOf(`name: p\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  DATE: { action: ${date} }\n`);

function values(
  memory = new MaskingMemory(),
  sameDay: readonly string[] = [],
  date: 'tokenize' | 'passthrough' = 'tokenize',
) {
  const nonPersonal: Pick<NonPersonalText, 'learn'> = { learn: (_, kind) => (kind === 'DOB' ? sameDay : []) };
  return new TurnValues(memory, nonPersonal, policyWith(date));
}

describe('TurnValues', () => {
  test('counts and lists values of the call and of the turn, each once', () => {
    const memory = new MaskingMemory();
    memory.known.set('415-555-0142', 'PHONE');
    const turn = values(memory);
    turn.learn('415-555-0142', 'PHONE');
    turn.learn('Maria Lopez', 'NAME');
    turn.learn('Maria Lopez', 'NAME');
    expect(turn.count).toBe(2);
    expect([...turn.learned]).toEqual([['Maria Lopez', 'NAME']]);
    expect(turn.lists.flatMap((list) => [...list])).toEqual([
      ['415-555-0142', 'PHONE'],
      ['Maria Lopez', 'NAME'],
    ]);
  });

  test('finds values in a text without the first `since` values', () => {
    const memory = new MaskingMemory();
    memory.known.set('415-555-0142', 'PHONE');
    const turn = values(memory);
    turn.learn('Maria Lopez', 'NAME');
    const kinds = (since: number) => turn.find('Maria Lopez, 415-555-0142', since).map(({ kind }) => kind);
    expect(kinds(0).sort()).toEqual(['NAME', 'PHONE']);
    expect(kinds(1)).toEqual(['NAME']);
    expect(kinds(2)).toEqual([]);
  });

  test('learns calendar dates of the day of a date of birth, unless the policy passes dates through', () => {
    const masked = values(undefined, ['May 3, 1960']);
    masked.learn('05/03/1960', 'DOB');
    expect([...masked.learned]).toEqual([
      ['05/03/1960', 'DOB'],
      ['May 3, 1960', 'DATE'],
    ]);
    const passed = values(undefined, ['May 3, 1960'], 'passthrough');
    passed.learn('05/03/1960', 'DOB');
    expect([...passed.learned]).toEqual([['05/03/1960', 'DOB']]);
  });

  test('finds the whole of a part among values of the call and of the turn', () => {
    const memory = new MaskingMemory();
    memory.known.set('415-555-0142', 'PHONE');
    const turn = values(memory);
    turn.learn('628-555-0199', 'PHONE');
    expect(turn.partOf('415-555', 'PHONE')?.value).toBe('415-555-0142');
    expect(turn.partOf('628-555', 'PHONE')?.value).toBe('628-555-0199');
    expect(turn.partOf('212-555', 'PHONE')).toBeNull();
  });

  test('has no learned values after takeLearned', () => {
    const turn = values();
    turn.learn('Maria Lopez', 'NAME');
    expect([...turn.takeLearned()]).toEqual([['Maria Lopez', 'NAME']]);
    expect([turn.count, [...turn.learned]]).toEqual([0, []]);
  });
});
