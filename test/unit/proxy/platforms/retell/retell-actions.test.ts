/** What a model may have Retell do. */
import { expect, test } from 'vitest';
import { actionOf } from '../../../../../src/proxy/platforms/retell/retell-actions.ts';

const called = (name: string, given: unknown): { name: string; arguments: string } => ({
  name,
  arguments: typeof given === 'string' ? given : JSON.stringify(given),
});

test.each([
  ['hangs up', [called('end_call', { message: 'Goodbye, Maria.' })], { end_call: true, message: 'Goodbye, Maria.' }],
  ['hangs up without a word', [called('end_call', '')], { end_call: true }],
  ['hangs up, whatever the arguments are', [called('end_call', '{"message": 4, "x')], { end_call: true }],
  [
    'transfers',
    [called('transfer_call', { transfer_number: '+14155550142', message: 'One moment.' })],
    { transfer_number: '+14155550142', message: 'One moment.' },
  ],
  [
    'transfers to a number as it was spoken',
    [called('transfer_call', { number: '(415) 555-0142' })],
    { transfer_number: '(415) 555-0142' },
  ],
  ['presses keys', [called('press_digit', { digit: 1 })], { digit_to_press: '1' }],
  ['does one thing, the gravest', [called('press_digit', { digit: '1' }), called('end_call', {})], { end_call: true }],
  ['transfers nowhere', [called('transfer_call', { number: 'the front desk' })], {}],
  ['transfers to no token', [called('transfer_call', { number: '[REDACTED:PHONE]' })], {}],
  ['presses no words', [called('press_digit', { digit: 'one' })], {}],
  [
    'goes on where the first cannot be done',
    [called('transfer_call', {}), called('press_digit', { digit: '#' })],
    { digit_to_press: '#' },
  ],
  ['does nothing for other functions', [called('book_appointment', { message: 'Booked.' })], {}],
  ['does nothing', [], {}],
])('%s', (_, calls, action) => {
  expect(actionOf(calls)).toEqual(action);
});
