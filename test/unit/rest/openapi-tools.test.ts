/** The OpenAPI document as its readers take it: a linter of the field, and a generator of clients. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Spectral } from '@stoplight/spectral-core';
import type { RulesetDefinition } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { openApiDocument, SESSION_COOKIE } from '../../../src/rest/openapi.ts';
import { ROUTES } from '../../../src/rest/route-table.ts';

const document = openApiDocument(ROUTES);

test('Spectral finds nothing in the OpenAPI document, by its recommended rules', async () => {
  const spectral = new Spectral();
  // Its own types do not fit each other.
  spectral.setRuleset({ extends: [[oas as unknown as RulesetDefinition, 'recommended']] });
  const found = await spectral.run(structuredClone(document));
  expect(found.map(({ code, path: place, message }) => `${code} ${place.join('.')}: ${message}`)).toEqual([]);
});

const USE = `import type { components, paths } from './client.ts';
type Session = components['schemas']['Session'];
export const span: Session['events'][number]['span'] = [0, 4];
export const stages: Session['stage_durations_ms'] = { detection: 1, tokenize: 0, upstream: 2, rehydrate: 0 };
type Create = paths['/api/v1/agents']['post'];
export const body: NonNullable<Create['requestBody']>['content']['application/json'] = { name: 'a', upstream: 'stub' };
export const url = (made: Create['responses']['201']['content']['application/json']): string => made.agent.base_url;
// @ts-expect-error an agent has a name
export const nameless: typeof body = { upstream: 'stub' };
`;

test('openapi-typescript makes a client of it that compiles, with the types that it states', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'masker-client-'));
  try {
    const client = astToString(await openapiTypescript(JSON.stringify(document)));
    await writeFile(path.join(folder, 'client.ts'), client);
    await writeFile(path.join(folder, 'use.ts'), USE);
    const program = ts.createProgram([path.join(folder, 'use.ts')], {
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      types: [],
      lib: ['lib.es2022.d.ts'],
      skipLibCheck: true,
    });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the document names the cookie of the server that serves it', () => {
  const named = (cookie?: string): string => JSON.stringify(openApiDocument(ROUTES, cookie));
  expect(named()).toContain(`"in":"cookie","name":"${SESSION_COOKIE}"`);
  expect(named('__Host-masker_session')).toContain('"in":"cookie","name":"__Host-masker_session"');
});
