import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArgumentPath } from '../../../../../src/masking/rehydration/written-form/argument-path.ts';

/** The path at each value of the JSON text: of a string within it, of any other at its first character. */
function pathsIn(json: string): string[] {
  const path = new ArgumentPath();
  const paths: string[] = [];
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json.charAt(at);
    if (char === '"') {
      if (!inString && path.valuePath !== null) paths.push(`"${path.valuePath.join('/')}`);
      inString = !inString;
      if (inString) path.opened();
      else path.closed();
    } else if (inString) {
      path.within(char === '\\' ? json.charAt((at += 1)) : char);
      if (path.path !== null && path.isAtStart) throw new Error('a value that has begun is at its start');
    } else {
      if (/[\dtfn]/.test(char) && !/[\w.+-]/.test(json.charAt(at - 1)) && path.valuePath !== null)
        paths.push(path.valuePath.join('/'));
      path.between(char.charCodeAt(0));
    }
  }
  return paths;
}

/** The same of a value, as its structure has them. */
function expectedPaths(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => expectedPaths(item, [...path, '*']));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, member]) => expectedPaths(member, [...path, key]));
  return path.length === 0 ? [] : [`${typeof value === 'string' ? '"' : ''}${path.join('/')}`];
}

test('ArgumentPath knows the keys above each value of any JSON text', () => {
  const text = fc.stringMatching(/^[a-z "\\]{0,4}$/);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, text, fc.constantFrom(1, true, null), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  }));
  fc.assert(
    fc.property(value, fc.boolean(), (each, spaced) => {
      expect(pathsIn(JSON.stringify(each, null, spaced ? 2 : 0))).toEqual(expectedPaths(each, []));
    }),
    { numRuns: 150 },
  );
});

test('ArgumentPath has no path in a key, nor a path of a value in a string', () => {
  const path = new ArgumentPath();
  path.between('{'.charCodeAt(0));
  path.opened();
  expect([path.path, path.valuePath, path.isAtStart]).toEqual([null, null, true]);
  path.within('a');
  path.closed();
  path.between(':'.charCodeAt(0));
  expect([path.path, path.valuePath]).toEqual([null, ['a']]);
  path.opened();
  expect([path.path, path.valuePath, path.isAtStart]).toEqual([['a'], null, true]);
  path.within('b');
  expect(path.isAtStart).toBe(false);
});

test('ArgumentPath has no path deeper than 16 levels, and finds its way back', () => {
  const nest = (depth: number): string => `${'{"a":'.repeat(depth)}"x"${'}'.repeat(depth)}`;
  expect(pathsIn(nest(16))).toEqual([`"${Array(16).fill('a').join('/')}`]);
  expect(pathsIn(nest(17))).toEqual([]);
  expect(pathsIn(`{"b":${nest(40)},"c":"y"}`)).toEqual(['"c']);
});

test('ArgumentPath survives brackets that close nothing', () => {
  expect(pathsIn(']}}]{"a":"x"}]}')).toEqual(['"a']);
});
