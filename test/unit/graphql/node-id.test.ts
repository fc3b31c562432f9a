import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeIdOf, typeOfNodeId } from '../../../src/graphql/node-id.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { ID_PREFIXES, newId } from '../../../src/platform/ids.ts';
import type { IdType } from '../../../src/platform/ids.ts';

test.each([
  ['Agent', newId('agent')],
  ['Session', newId('session')],
  ['Turn', newId('turn')],
  ['Event', newId('feedEvent')],
  ['Webhook', newId('webhook')],
  ['AccessToken', newId('accessToken')],
  ['BrowserSession', newId('browserSession')],
  ['MaskPolicy', newId('policy')],
  ['Member', newId('user')],
] as const)('the id of a %s is its node id', (typename, id) => {
  expect(nodeIdOf(id)).toEqual({ typename, id });
});

test('an id of what is no node, and any other text, has no type', () => {
  expect(nodeIdOf(newId('account'))).toMatchObject({ typename: '' });
  fc.assert(fc.property(fc.string(), (text) => typeOfNodeId(text) === null));
});

test('every type that is a Node has an id that names it', () => {
  const nodes = Object.values(schema.getTypeMap()).filter(
    (type) => 'getInterfaces' in type && type.getInterfaces().some(({ name }) => name === 'Node'),
  );
  const named = (Object.keys(ID_PREFIXES) as IdType[]).flatMap((type) => typeOfNodeId(newId(type))?.typename ?? []);
  expect(nodes.map(({ name }) => name).sort()).toEqual(named.sort());
});
