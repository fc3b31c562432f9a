/** The committed contracts say what the code says, and are what they claim to be. */
import { readFile } from 'node:fs/promises';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FAILURES } from '../../../src/platform/failure.ts';
import { openApiDocument } from '../../../src/rest/openapi.ts';
import { ROUTES } from '../../../src/rest/route-table.ts';
import { SIGN_IN_ROUTES } from '../../../src/rest/sign-in-routes.ts';
import { contracts } from '../../../tools/contracts.ts';

test.each(contracts().map(({ file, text }) => [file.pathname.split('/').at(-1), file, text] as const))(
  'schema/%s is up to date (npm run schema)',
  async (_name, file, text) => {
    expect(await readFile(file, 'utf8')).toBe(text);
  },
);

test('schema.graphql is a schema', () => {
  const [graphql] = contracts();
  expect(buildSchema(graphql?.text ?? '').getQueryType()?.name).toBe('Query');
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(ROUTES);
  const text = JSON.stringify(document);

  test('has an operation for each route, with an id of its own', () => {
    const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
    expect(ids.sort()).toEqual([...ROUTES, ...SIGN_IN_ROUTES].map(({ operationId }) => operationId).sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('refers only to schemas that it has', () => {
    const { components } = z
      .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
      .parse(document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference));
    expect(references.size).toBeGreaterThan(5);
    for (const reference of references) {
      expect(Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`)).toContain(reference);
    }
  });

  test('documents the parameters of every path, and each failure under its status', () => {
    const { paths } = z
      .object({
        paths: z.record(
          z.string(),
          z.record(
            z.string(),
            z.object({
              parameters: z.array(z.object({ name: z.string(), in: z.string() })),
              responses: z.record(z.string(), z.object({ description: z.string() })),
            }),
          ),
        ),
      })
      .parse(document);
    for (const route of ROUTES) {
      const operation = paths[`/api/v1${route.path}`]?.[route.method.toLowerCase()];
      const named = operation?.parameters.map(({ name, in: place }) => `${place} ${name}`);
      for (const [, name] of route.path.matchAll(/\{(\w+)\}/g)) expect(named).toContain(`path ${name ?? ''}`);
      for (const name of Object.keys(route.query?.shape ?? {})) expect(named).toContain(`query ${name}`);
      for (const code of ['unauthenticated', ...route.failures] as const) {
        expect(operation?.responses[String(FAILURES[code])]?.description).toContain(code);
      }
    }
  });
});
