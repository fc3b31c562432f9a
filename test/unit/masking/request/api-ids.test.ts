import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskChatRequest } from './mask-request.ts';
import { ID_FORM } from '../../../../src/masking/request/request-fields.ts';

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length })
    .filter((text) => /[a-f]/.test(text));
const letters = (length: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...Array.from('ABCXYZabcxyz0189')), minLength: length, maxLength: length })
    .filter((text) => !/\d{7}/.test(text));

describe('an id that the API gave', () => {
  it('is known by its form', () => {
    const prefix = fc.constantFrom(
      'resp_',
      'msg_',
      'rs_',
      'fc_',
      'ctc_',
      'call_',
      'conv_',
      'pmpt_',
      'cntr_',
      'mcp_',
      'ig_',
      'ci_',
      'ws_',
      'fs_',
      'chatcmpl-',
      'chatcmpl-tool-',
      'toolu_',
      'file-',
    );
    const id = fc
      .tuple(prefix, fc.oneof(hex(24), hex(32), hex(48), hex(50), letters(22), letters(24), letters(29)))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          id,
          fc.uuid(),
          fc.uuid().map((uuid) => `call_${uuid}`),
        ),
        (text) => {
          expect(text).toMatch(ID_FORM);
        },
      ),
    );
  });

  it('is nothing that a person is known by', () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 19n }).map(String);
    const word = fc.constantFrom('maria', 'gonzalez', 'of', 'patient', 'mrn', 'ssn', 'room');
    const part = fc.oneof(word, number);
    const joined = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom('_', '-', ' ', '.', ', '))
      .map(([parts, mark]) => parts.join(mark));
    fc.assert(
      fc.property(
        fc.oneof(
          joined,
          joined.map((text) => `call_${text}`),
          number.map((digits) => `call_${digits}abcdefghijklmnop`),
          number.map((digits) => `call_${digits.padStart(24, '0')}`),
        ),
        (text) => {
          fc.pre(/\d{7}|maria|gonzalez/.test(text));
          expect(text).not.toMatch(ID_FORM);
        },
      ),
    );
  });

  it('goes back to the provider as it is, where calls and their results are named', () => {
    const id = 'call_qo6QTNbIfziX9GhI71R7HhD2';
    const messages = [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: id, content: '' },
    ];
    const result = maskChatRequest({ model: 'm', messages }, (text) => `<${text}>`, { binaryContent: 'block' });
    expect(result.ok ? JSON.stringify(result.body).split(`"${id}"`) : []).toHaveLength(3);
  });
});
