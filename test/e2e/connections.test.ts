/** Relay's paging over every connection of the schema, while rows come and go between the pages. */
import fc from 'fast-check';
import { getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schema } from '../../src/graphql/schema.ts';
import { listenGraphql, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';
import { makeRow, newScene, parentOf } from './api-rows.ts';
import type { Row, Scene } from './api-rows.ts';

let api: TestApi;
let graphql: GraphqlEndpoint;
/** Yesterday at noon in UTC: rows are made within the hours after it. */
let noon: number;

beforeAll(async () => {
  api = await startTestApi();
  graphql = await listenGraphql(api.graphqlOptions, null);
  noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A field of the schema whose type is a connection. */
interface ListField {
  readonly name: string;
  readonly parent: string;
  readonly field: string;
  /** The type of its nodes. */
  readonly nodeType: string;
}

function listFields(): ListField[] {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
  return types.flatMap((parent) =>
    Object.values(parent.getFields()).flatMap(({ name: field, type }) => {
      const nodeType = nodeTypeOf(getNamedType(type).name);
      return nodeType === null ? [] : [{ name: `${parent.name}.${field}`, parent: parent.name, field, nodeType }];
    }),
  );
}

/** The type of the nodes where the type is a connection; null where it is none. */
function nodeTypeOf(typeName: string): string | null {
  if (fieldType(typeName, 'pageInfo') === null) return null;
  const edge = fieldType(typeName, 'edges');
  return edge === null ? null : fieldType(edge, 'node');
}

/** The name of a field's type without lists and non-null; null where an object type has no such field. */
function fieldType(typeName: string, field: string): string | null {
  const type = schema.getType(typeName);
  const found = isObjectType(type) ? type.getFields()[field] : undefined;
  return found === undefined ? null : getNamedType(found.type).name;
}

const ROOT = schema.getQueryType()?.name;
const NODE = schema.getType('Node');
const NODES = isInterfaceType(NODE) ? schema.getPossibleTypes(NODE).map(({ name }) => name) : [];

/** Arguments that a list asks for besides those of paging. */
const ARGUMENTS: Readonly<Record<string, () => string>> = {
  'Query.auditFind': () => `, day: "${new Date(noon).toISOString().slice(0, 10)}"`,
};

const PAGE = z.object({
  edges: z.array(z.object({ cursor: z.string() })),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
});
type Page = z.infer<typeof PAGE>;
type Direction = 'forward' | 'backward';

async function readPage(
  list: ListField,
  scene: Scene,
  direction: Direction,
  size: number,
  from: string | null,
): Promise<Page> {
  const [count, place] = direction === 'forward' ? ['first', 'after'] : ['last', 'before'];
  const paging = `${count}: ${size}${from === null ? '' : `, ${place}: "${from}"`}`;
  const selection = `${list.field}(${paging}${ARGUMENTS[list.name]?.() ?? ''}) {
    edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
  const isRoot = list.parent === ROOT;
  const parent = isRoot ? '' : `node(id: "${parentOf(scene, list.parent)}") { ... on ${list.parent} {`;
  graphql.viewer = scene.viewer;
  const { body } = await graphql.ask(`{ ${parent} ${selection} ${isRoot ? '' : '} }'} }`);
  expect(body.errors).toBeUndefined();
  const root = z.record(z.string(), z.unknown()).parse(body.data);
  const owner = isRoot ? root : z.record(z.string(), z.unknown()).parse(root['node']);
  return PAGE.parse(owner[list.field]);
}

const cursorsOf = ({ edges }: Page): string[] => edges.map(({ cursor }) => cursor);

/** The texts of `some` that are among `others`, in their order. */
const among = (some: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return some.filter((one) => known.has(one));
};

/** What happens between two pages: rows that come at a place in time, and rows that go, by their place among those that can. */
interface Step {
  readonly come: readonly number[];
  readonly go: readonly number[];
}

/** Walks the whole list page by page, in the order of the list, with a step after each page. */
async function walk(
  list: ListField,
  scene: Scene,
  direction: Direction,
  size: number,
  step: () => Promise<void>,
): Promise<string[]> {
  const seen: string[] = [];
  for (let from: string | null = null, more = true; more;) {
    const page = await readPage(list, scene, direction, size, from);
    const cursors = cursorsOf(page);
    expect(cursors.length).toBeLessThanOrEqual(size);
    expect(among(cursors, seen)).toEqual([]);
    expect([page.pageInfo.startCursor, page.pageInfo.endCursor]).toEqual([
      cursors.at(0) ?? null,
      cursors.at(-1) ?? null,
    ]);
    if (direction === 'forward') {
      seen.push(...cursors);
      more = page.pageInfo.hasNextPage;
      from = page.pageInfo.endCursor;
    } else {
      seen.unshift(...cursors);
      more = page.pageInfo.hasPreviousPage;
      from = page.pageInfo.startCursor;
    }
    // A page that promises another has a place to go on from.
    expect(!more || from !== null).toBe(true);
    await step();
  }
  return seen;
}

const moments = (length: { minLength?: number; maxLength: number }): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(90), length);
const SCRIPTS = fc.record({
  direction: fc.constantFrom<Direction>('forward', 'backward'),
  size: fc.integer({ min: 1, max: 3 }),
  before: moments({ minLength: 4, maxLength: 7 }),
  steps: fc.array(fc.record({ come: moments({ maxLength: 2 }), go: fc.array(fc.nat(), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
});
const RUNS = 6;

const LISTS = listFields();

test('connections are found in the schema, and each object that one belongs to can be loaded', () => {
  expect(LISTS.map(({ name }) => name)).toEqual(expect.arrayContaining(['Query.agents', 'Session.events']));
  expect(LISTS.filter(({ parent }) => parent !== ROOT && !NODES.includes(parent))).toEqual([]);
});

describe.each(LISTS.map((list) => [list.name, list] as const))('%s', (_name, list) => {
  test('loses and doubles no row that stays, in either direction, while others come and go', async () => {
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(SCRIPTS, async ({ direction, size, before, steps }) => {
        const scene = await newScene(api, noon);
        const rows: Row[] = [];
        const make = async (minute: number): Promise<void> => {
          rows.push(await makeRow(list.nodeType, scene, noon + minute * MINUTE_MS));
        };
        for (const minute of before) await make(minute);
        const atFirst = cursorsOf(await readPage(list, scene, 'forward', 100, null));
        const rest = [...steps];
        const seen = await walk(list, scene, direction, size, async () => {
          const { come, go } = rest.shift() ?? ({ come: [], go: [] } satisfies Step);
          for (const minute of come) await make(minute);
          for (const place of go) {
            const gone = rows.filter(({ remove }) => remove !== null).at(place % Math.max(1, rows.length));
            if (gone === undefined) continue;
            await gone.remove?.();
            rows.splice(rows.indexOf(gone), 1);
            changes += 1;
          }
          changes += come.length;
        });
        const atLast = cursorsOf(await readPage(list, scene, 'forward', 100, null));
        expect(atFirst.length).toBeGreaterThanOrEqual(before.length);
        expect(among(atFirst, atLast).filter((cursor) => !seen.includes(cursor))).toEqual([]);
        for (const order of [atFirst, atLast]) expect(among(seen, order)).toEqual(among(order, seen));
      }),
      { numRuns: RUNS },
    );
    expect(changes).toBeGreaterThan(0);
  });
});
