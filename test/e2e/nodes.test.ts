/** `node(id)` of every type that implements Node: one's own, another account's, what is no ID, and what was deleted. */
import { isInterfaceType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { as, listenGraphql, signUp, startTestApi } from '../api.ts';
import type { GraphqlAnswer, GraphqlEndpoint, TestApi } from '../api.ts';
import { makeRow, newScene } from './api-rows.ts';
import type { Scene } from './api-rows.ts';

let api: TestApi;
let graphql: GraphqlEndpoint;
let scene: Scene;

beforeAll(async () => {
  api = await startTestApi();
  graphql = await listenGraphql(api.graphqlOptions, null);
  scene = await newScene(api, Date.now());
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const NODE = schema.getType('Node');
const TYPES = isInterfaceType(NODE) ? schema.getPossibleTypes(NODE).map(({ name }) => name) : [];
/** Types whose lists only grow. */
const GROWING: ReadonlySet<string> = new Set(['Event']);
const NOTHING = { data: { node: null } };

/** Loads the ID, with a field of its type. The viewer of the scene asks unless another is given. */
async function load(type: string, id: string, viewer = scene.viewer): Promise<GraphqlAnswer['body']> {
  graphql.viewer = viewer;
  const query = `query ($id: ID!) { node(id: $id) { __typename id ... on ${type} { same: id } } }`;
  return (await graphql.ask(query, { id })).body;
}

test('the types are those of the schema', () => {
  expect(TYPES).toEqual(expect.arrayContaining(['Agent', 'Session', 'Turn']));
});

describe.each(TYPES)('%s', (type) => {
  const make = () => makeRow(type, scene, Date.now());

  test('is loaded by its ID, alone and with its type', async () => {
    const { id } = await make();
    expect(await load(type, id)).toEqual({ data: { node: { __typename: type, id, same: id } } });
    expect((await graphql.ask(`{ node(id: "${id}") { __typename } }`)).body).toEqual({
      data: { node: { __typename: type } },
    });
  });

  test('of another account is null, as an ID of nothing is', async () => {
    const { id } = await make();
    const stranger = { ...(await signUp(api.database)), via: 'cookie' } as const;
    expect(await load(type, id, stranger)).toEqual(NOTHING);
    const unknown = `${id.slice(0, id.indexOf('_'))}_01J3Z8Q4V9Y6R2M7T5W0X1C8KD`;
    expect(await load(type, unknown)).toEqual(NOTHING);
  });

  test('is null for what only looks like its ID', async () => {
    const { id } = await make();
    const last = id.slice(0, -1);
    const forms = [last, `${id}0`, `${last}U`, id.toLowerCase(), ` ${id}`, `${id}\n`, id.replace('_', '-'), `x${id}`];
    for (const form of forms) expect([form, await load(type, form)]).toEqual([form, NOTHING]);
  });

  test('is null once it is deleted, where it can be', async () => {
    const { id, remove } = await make();
    expect(remove === null).toBe(GROWING.has(type));
    if (remove === null) return;
    await remove();
    expect(await load(type, id)).toEqual(NOTHING);
  });

  test('is refused to a viewer without its permission, whether it exists or not', async () => {
    const { id } = await make();
    const powerless = { ...as(scene.viewer, 'auditor'), permissions: new Set<never>(), via: 'access_token' } as const;
    const unknown = `${id.slice(0, id.indexOf('_'))}_01J3Z8Q4V9Y6R2M7T5W0X1C8KD`;
    for (const each of [id, unknown]) {
      const { data, errors } = await load(type, each, powerless);
      expect([data, errors?.map(({ extensions }) => extensions['code'])]).toEqual([{ node: null }, ['forbidden']]);
    }
  });
});
