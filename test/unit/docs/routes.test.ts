/** The REST table of docs/api.md names every route of the OpenAPI document, and no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const OPENAPI = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Returns the routes of the contract, as `GET /agents`. */
function contractRoutes(): string[] {
  const { paths } = OPENAPI.parse(JSON.parse(readFileSync('schema/openapi.json', 'utf8')));
  return Object.entries(paths).flatMap(([route, operations]) =>
    Object.keys(operations)
      .filter((method) => METHODS.includes(method))
      .map((method) => `${method.toUpperCase()} ${route.replace('/api/v1', '')}`),
  );
}

/** Returns the routes of a table. Methods without a path belong to the next path: `GET`, `POST /webhooks`. */
function tableRoutes(table: string): string[] {
  const waiting: string[] = [];
  return [...table.matchAll(/^\| (`[A-Z][^|]*) \|/gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([A-Z]+)(?: (\/[^`]*))?`/g)])
    .flatMap(([, method = '', route]) => {
      waiting.push(method);
      return route === undefined ? [] : waiting.splice(0).map((each) => `${each} ${route}`);
    });
}

test('the REST table of docs/api.md names every route of schema/openapi.json once, and no other', () => {
  const [, section = ''] = readFileSync('docs/api.md', 'utf8').split('\n## REST routes\n');
  const [table = ''] = section.split('\n\nAll are below');
  expect(tableRoutes(table).sort()).toEqual(contractRoutes().sort());
});
