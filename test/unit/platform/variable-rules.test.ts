import { expect, test } from 'vitest';
import { readVariables, type GivenVariables } from '../../../src/platform/given-variables.ts';
import { checkTogether } from '../../../src/platform/variable-rules.ts';

/** Returns the variables that checkTogether reports. Each value must be valid by itself. */
function faulty(given: GivenVariables): string[] {
  const variables: string[] = [];
  const report = (variable: string): void => void variables.push(variable);
  const read = readVariables(given, report);
  expect(variables).toEqual([]);
  checkTogether(read, [], { upstreams: [], shown: {} }, report);
  return variables;
}

/** Base64 of 32 different bytes. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 11)).toString('base64');

test.each<[string, GivenVariables, string[]]>([
  ['nothing', {}, []],
  ['a GitHub client without its secret', { MASKER_GITHUB_CLIENT_ID: 'id' }, ['MASKER_GITHUB_CLIENT_SECRET']],
  ['a GitHub secret without its client', { MASKER_GITHUB_CLIENT_SECRET: 's' }, ['MASKER_GITHUB_CLIENT_ID']],
  ['a model without its server', { MASKER_NER_MODEL: 'm' }, ['MASKER_NER_MODEL']],
  ['a token of checkpoints without an address', { MASKER_CHECKPOINT_TOKEN: 't' }, ['MASKER_CHECKPOINT_TOKEN']],
  [
    'a token of checkpoints that would travel in the clear',
    { MASKER_CHECKPOINT_TOKEN: 't', MASKER_CHECKPOINT_URL: 'http://logs.example.org' },
    ['MASKER_CHECKPOINT_URL'],
  ],
  ['required time stamps without an authority', { MASKER_TIMESTAMPS: 'required' }, ['MASKER_TSA_URL', 'MASKER_TSA_CA']],
  [
    'metrics at the address of the server',
    { MASKER_LISTEN_ADDR: '0.0.0.0:8080', MASKER_METRICS_ADDR: '127.0.0.1:8080' },
    ['MASKER_METRICS_ADDR'],
  ],
  ['a provider that is not configured', { MASKER_UPSTREAM_PROVIDER: 'azure' }, ['MASKER_UPSTREAM_PROVIDER']],
  ['one key for two purposes', { MASKER_AUDIT_HMAC_KEY: KEY, MASKER_SIGNING_KEY: KEY }, ['MASKER_SIGNING_KEY']],
])('checkTogether reports %s', (_, given, expected) => {
  expect(faulty(given)).toEqual(expected);
});
