/** The views that the server knows and those that the application has. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HOME_PATH, LOGIN_PATH } from '../../../src/portal/app/routing/paths.ts';
import { VIEW_PATHS } from '../../../src/portal/views.ts';

test('the server serves the addresses of the views of the application, and no others', () => {
  // The list imports pages, which only a browser can load: its text is read.
  const list = readFileSync('src/portal/app/routing/views.ts', 'utf8');
  const paths = [...list.matchAll(/path: '([^']+)'/g)].flatMap(([, path]) => path ?? []);
  expect([...VIEW_PATHS].sort()).toEqual(['/portal', ...paths, HOME_PATH, LOGIN_PATH].sort());
});
