/** Lists of the documents: they name what the code has, and nothing else. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PERMISSIONS, ROLE_PERMISSIONS } from '../../../src/accounts/viewer.ts';
import { EVENT_TYPES } from '../../../src/events/event.ts';

const read = (file: string): string => readFileSync(file, 'utf8');

/** Returns the cells of the table rows whose first cell is one name in backquotes. */
function rows(page: string): string[][] {
  return [...read(page).matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split(' | '),
  ]);
}

test('docs/access.md gives each permission to the roles that have it', () => {
  const roles = ['admin', 'member', 'auditor'] as const;
  const documented = rows('docs/access.md')
    .filter(([name = '']) => /^[a-z]+:[a-z]+$/.test(name))
    .map(([name, , ...given]) => [name, ...given]);
  expect(documented).toEqual(
    PERMISSIONS.map((permission) => [
      permission,
      ...roles.map((role) => (ROLE_PERMISSIONS[role].includes(permission) ? 'yes' : 'no')),
    ]),
  );
});

test('docs/events.md lists each type of event with its object', () => {
  const documented = rows('docs/events.md').filter(([name = '']) => /^\w+\.\w+$/.test(name));
  expect(documented.map(([name]) => name)).toEqual([...EVENT_TYPES]);
});

test('docs/account-log.md names each act that becomes a leaf', () => {
  const source = read('src/audit/account-events.ts');
  const [, union = ''] = /export type AccountEventKind =\n([\s\S]*?);/.exec(source) ?? [];
  const acts = [...union.matchAll(/'(\w+)'/g)].map(([, act = '']) => act);
  expect(acts.length).toBeGreaterThan(30);
  const page = read('docs/account-log.md');
  expect(acts.filter((act) => !page.includes(`\`${act}\``))).toEqual([]);
});
