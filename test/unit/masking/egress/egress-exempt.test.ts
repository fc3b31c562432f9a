import { expect, test } from 'vitest';
import { withoutExempt, type Found } from '../../../../src/masking/egress/egress-exempt.ts';

/** The ranges of the text in the body, as hits or as what is allowed. */
function found(body: string, text: string, isAllowed = false): Found[] {
  return Array.from(body.matchAll(new RegExp(text, 'g')), ({ index }) => ({
    value: 1,
    start: index,
    end: index + text.length,
    isAllowed,
  }));
}

const left = (body: string, text: string, ...allowed: string[]): number =>
  withoutExempt(body, [...found(body, text), ...allowed.flatMap((each) => found(body, each, true))]).length;

test('withoutExempt keeps a hit that no exemption covers, and drops what is allowed itself', () => {
  expect(left('{"x":"Quackenbush"}', 'Quackenbush')).toBe(1);
  expect(left('{"x":"Quackenbush"}', 'nothing', 'Quackenbush')).toBe(0);
  expect(withoutExempt('', [])).toEqual([]);
});

test('withoutExempt drops a hit only where all of it is in an allowed text', () => {
  const body = '{"x":"Mercy Whitfield Clinic and Whitfield Clinic North and Whitfield"}';
  expect(left(body, 'Whitfield', 'Mercy Whitfield Clinic', 'Clinic North')).toBe(2);
  expect(left(body, 'Whitfield Clinic', 'Mercy Whitfield', 'Clinic and')).toBe(2);
  expect(left(body, 'Whitfield', 'Whitfield')).toBe(0);
});

test('withoutExempt finds the allowed text around a hit when another one begins later and ends sooner', () => {
  const body = '{"x":"aa bb Whitfield cc"}';
  expect(left(body, 'Whitfield', 'aa bb Whitfield cc', 'bb')).toBe(0);
});

test.each([
  ['{"model":"gpt-20240806"}', 0],
  ['{"a":[{"b":"}"}], "model" :\n "gpt-20240806"}', 0],
  ['{"a":"\\"model\\":","model":"gpt-20240806"}', 0],
  ['{"a":"model","b":"20240806"}', 1],
  ['{"a":{"model":"gpt-20240806"}}', 1],
  ['{"model":["20240806"]}', 1],
  ['{"model":"m","x":"20240806"}', 1],
  ['{"model":"20240806', 0],
])('withoutExempt lets the name of the model of the body be anything, and no other string: %s', (body, count) => {
  expect(left(body, '20240806')).toBe(count);
});

const BYTES = 'A1b+'.repeat(20);

test.each([
  ['a part of encoded bytes', `${BYTES}/Quackenbush/${BYTES}`, 0],
  ['the beginning of encoded bytes', `Quackenbush/${BYTES}`, 0],
  ['the bytes of a short data: URL', 'data:text/plain;base64,AAAA/Quackenbush', 0],
  ['all of the bytes of a data: URL', 'data:text/plain;base64,Quackenbush', 1],
  ['all of the bytes of a data: URL but for padding', 'data:text/plain;base64,/Quackenbush==', 1],
  ['the head of a data: URL', `data:image/Quackenbush;base64,${BYTES}`, 1],
  ['too few letters to be encoded bytes', `A1b/Quackenbush`, 1],
  ['a string with a space', `${BYTES} Quackenbush`, 1],
])('withoutExempt of a hit that is %s', (_, text, count) => {
  expect(left(JSON.stringify({ x: text }), 'Quackenbush')).toBe(count);
});

test('withoutExempt takes nothing outside strings for encoded bytes', () => {
  expect(left(`[${BYTES}2125550187]`, '2125550187')).toBe(1);
  expect(left(`${BYTES}2125550187`, '2125550187')).toBe(1);
});

test('withoutExempt drops a hit that is a setting', () => {
  expect(left('{"seed":20481234,"user":"20481234"}', '20481234')).toBe(1);
});
