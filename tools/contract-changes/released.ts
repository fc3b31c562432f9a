/**
 * The contracts of the last release, and the changes since then. A change that breaks clients is refused unless a line of
 * `accepted.txt` names it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { lineOf } from './change.ts';
import type { ContractChange } from './change.ts';
import { graphqlChanges } from './graphql-changes.ts';
import { openApiChanges } from './openapi-changes.ts';

/** The texts of both contracts. */
export interface ContractTexts {
  readonly graphql: string;
  readonly openApi: string;
}

const at = (name: string): URL => new URL(`../released/${name}`, import.meta.url);
const GRAPHQL = at('schema.graphql');
const OPEN_API = at('openapi.json');
const ACCEPTED = at('accepted.txt');

/** Returns the changes since the last release, the breaking ones first. */
export async function changesSinceRelease({ graphql, openApi }: ContractTexts): Promise<readonly ContractChange[]> {
  const changes = [
    ...graphqlChanges(await readFile(GRAPHQL, 'utf8'), graphql),
    ...openApiChanges(await readFile(OPEN_API, 'utf8'), openApi),
  ];
  return changes.sort((one, other) => one.severity.localeCompare(other.severity));
}

/** What is wrong with the changes: breaking ones that nobody accepted, and accepted ones that there are not. */
export function problemsOf(changes: readonly ContractChange[], accepted: readonly string[]): readonly string[] {
  const breaking = changes.filter(({ severity }) => severity === 'breaking').map(lineOf);
  return [
    ...breaking
      .filter((line) => !accepted.includes(line))
      .map((line) => `${line} (not in tools/released/accepted.txt)`),
    ...accepted.filter((line) => !breaking.includes(line)).map((line) => `no such change is left: ${line}`),
  ];
}

/** Returns the accepted breaking changes, a line each. */
export async function acceptedChanges(): Promise<readonly string[]> {
  return (await readFile(ACCEPTED, 'utf8')).split('\n').filter((line) => line !== '');
}

/** Makes these the contracts of the release, of which nothing has changed yet. */
export async function release({ graphql, openApi }: ContractTexts): Promise<void> {
  await writeFile(GRAPHQL, graphql);
  await writeFile(OPEN_API, `${JSON.stringify(JSON.parse(openApi))}\n`);
  await writeFile(ACCEPTED, '');
}
