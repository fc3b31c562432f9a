import { expect, test } from 'vitest';
import { mayReturn, RESTORE_ALL, SPEECH, type RestoreRules } from '../../../../src/masking/rehydration/destination.ts';

const tool = (name: string | null) => ({ to: 'tool', name }) as const;
const rules = (changed: Partial<RestoreRules>): RestoreRules => ({ ...RESTORE_ALL, ...changed });

test('mayReturn lets every kind go anywhere by RESTORE_ALL', () => {
  for (const to of [SPEECH, tool('book'), tool(null)])
    for (const inUrl of [false, true]) expect(mayReturn(RESTORE_ALL, 'SSN', to, inUrl)).toBe(true);
});

test('mayReturn keeps the rules of speech and of tool arguments apart', () => {
  const apart = rules({ speech: ['NAME'], toolArguments: ['SSN'] });
  const kinds = (to: typeof SPEECH) => (['NAME', 'SSN'] as const).filter((kind) => mayReturn(apart, kind, to, false));
  expect([kinds(SPEECH), kinds(tool('book'))]).toEqual([['NAME'], ['SSN']]);
});

test('mayReturn lets a value into a URL only where both the URL and its destination allow the kind', () => {
  for (const [urls, speech, may] of [
    [['NAME'], ['NAME'], true],
    [['NAME'], [], false],
    [[], ['NAME'], false],
    [[], 'all', false],
  ] as const)
    expect(mayReturn(rules({ urls, speech }), 'NAME', SPEECH, true)).toBe(may);
  expect(mayReturn(rules({ urls: [] }), 'NAME', tool('book'), true)).toBe(false);
  expect(mayReturn(rules({ urls: [] }), 'NAME', SPEECH, false)).toBe(true);
});

test('mayReturn lets nothing to a tool that is not named, or of which no name is known yet', () => {
  const named = rules({ tools: ['book'] });
  expect(
    [tool('book'), tool('book '), tool('other'), tool(null), SPEECH].map((to) => mayReturn(named, 'NAME', to, false)),
  ).toEqual([true, false, false, false, true]);
  expect(mayReturn(rules({ tools: [] }), 'NAME', tool('book'), false)).toBe(false);
});
