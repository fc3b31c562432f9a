import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../../../src/detection/kinds.ts';
import type { JsonObject } from '../../../../../src/json/json-text.ts';
import { formForSlot } from '../../../../../src/masking/rehydration/written-form/form-for-slot.ts';
import { argumentSlots } from '../../../../../src/masking/rehydration/written-form/tool-schemas.ts';

/** The form of a value in the argument `name` with this schema. */
function form(kind: EntityKind, value: string, schema: JsonObject | null, name = 'value'): string {
  const parameters = { type: 'object', properties: { [name]: schema ?? {} } };
  const slots = argumentSlots({ tools: [{ type: 'function', function: { name: 'find', parameters } }] });
  return formForSlot(kind, value, schema === null ? null : slots.slot('find', [name]));
}

const BORN = 'march fourteenth nineteen eighty two';
const PHONE = 'nine one nine five five five oh one four seven';

describe('a spoken value', () => {
  it.each<[string, EntityKind, string, JsonObject | null, string]>([
    ['an ISO date where nothing is asked', 'DOB', BORN, null, '1982-03-14'],
    ['an ISO date for format date', 'DATE', BORN, { format: 'date' }, '1982-03-14'],
    ['a date and time for format date-time', 'DATE', BORN, { format: 'date-time' }, '1982-03-14T00:00:00Z'],
    ['the layout of the description', 'DOB', BORN, { description: 'as MM/DD/YYYY' }, '03/14/1982'],
    ['the layout of the description, day first', 'DOB', BORN, { description: 'DD.MM.YYYY' }, '14.03.1982'],
    ['the first layout that a pattern takes', 'DOB', BORN, { pattern: String.raw`^\d{8}$` }, '19820314'],
    ['national digits where nothing is asked', 'PHONE', PHONE, {}, '9195550147'],
    ['E.164 where the description says so', 'PHONE', PHONE, { description: 'in E.164' }, '+19195550147'],
    ['E.164 where the pattern says so', 'PHONE', PHONE, { pattern: String.raw`^\+[1-9]\d{6,14}$` }, '+19195550147'],
    ['the sample of the description', 'PHONE', PHONE, { description: 'e.g. (555) 123-4567' }, '(919) 555-0147'],
    ['ten digits for a length of ten', 'FAX', PHONE, { maxLength: 10 }, '9195550147'],
    ['a local number', 'PHONE', 'five five five oh one four seven', null, '5550147'],
    [
      'a lower-case e-mail address',
      'EMAIL',
      'M dot Quintanilla at Larkmail dot com',
      null,
      'm.quintanilla@larkmail.com',
    ],
    [
      'an e-mail address without what was said of its spelling',
      'EMAIL',
      'm as in mike, a r i a, all one word, at larkmail dot com',
      null,
      'maria@larkmail.com',
    ],
    ['a part of an e-mail address once', 'EMAIL', 'maria, m a r i a, at larkmail dot com', null, 'maria@larkmail.com'],
    ['a number of another country', 'PHONE', 'plus 44 20 7946 0958', null, '+442079460958'],
    ['a number with its extension', 'PHONE', `${PHONE} extension one two`, null, '9195550147 ext. 12'],
    ['an extension as RFC 3966 has it', 'PHONE', `${PHONE} ext 12`, { description: 'E.164' }, '+19195550147;ext=12'],
    ['no extension where there is no room', 'PHONE', `${PHONE} x12`, { pattern: String.raw`^\d{10}$` }, '9195550147'],
    ['digits in an e-mail address', 'EMAIL', 'j s m i t h four two at gmail dot com', null, 'jsmith42@gmail.com'],
    ['a spelled name joined', 'NAME', 'Q-U-I-N-T-A-N-I-L-L-A', null, 'Quintanilla'],
    ['a name that is said and spelled, once', 'NAME', 'smith S M I T H', null, 'Smith'],
    ['a name as it was written down before', 'NAME', "O'Brien, O apostrophe B R I E N", null, "O'Brien"],
    ['a name with its apostrophe', 'NAME', 'O apostrophe B R I E N', null, "O'Brien"],
    ['a name with its hyphen', 'NAME', 'S M I T H dash J O N E S', null, 'Smith-Jones'],
    ['a name of several words', 'NAME', 'D E space L A space C R U Z', null, 'De La Cruz'],
    ['an id with letters "as in"', 'HEALTH_PLAN', 'w as in whiskey four four seven one zero nine', null, 'W447109'],
    ['a social security number with hyphens', 'SSN', 'five one nine forty four twenty two eighty', null, '519-44-2280'],
    ['the last four', 'SSN', 'two two eight oh', { pattern: String.raw`^\d{4}$` }, '2280'],
    ['a house number in digits', 'ADDRESS', 'twenty two oh seven cedar lane', null, '2207 cedar lane'],
    ['a ZIP code', 'ADDRESS', 'seven eight six six four', { pattern: String.raw`^\d{5}$` }, '78664'],
    ['digits, whatever kind of number it was taken for', 'DOB', PHONE, { description: 'E.164' }, '+19195550147'],
    ['joined letters, though taken for an e-mail address', 'EMAIL', 'Q-U-I-N-T', null, 'Quint'],
    ['an age', 'AGE', 'ninety three', null, '93'],
    ['an age with its unit', 'AGE', 'ninety-four-year-old', null, '94'],
    ['a written age with its unit', 'AGE', '94 years old', null, '94'],
    ['an option of the enum, in its spelling', 'ADDRESS', 'oxnard', { enum: ['Main Street', 'Oxnard'] }, 'Oxnard'],
  ])('returns as %s', (_, kind, value, schema, expected) => {
    expect(form(kind, value, schema)).toBe(expected);
  });

  it.each<[EntityKind, string, JsonObject | null]>([
    ['DATE', 'the day after thanksgiving', { format: 'date' }],
    ['DATE', 'march fourteenth', { format: 'date' }],
    ['DOB', 'ten eleven twelve', null],
    ['NAME', 'marisol quintanilla', null],
    ['NAME', 'an le', { maxLength: 40 }],
    ['PHONE', 'nine one nine five five', null],
    ['URL', 'example dot com', null],
    ['EMAIL', 'maria, the one with the (work) address, at larkmail dot com', null],
    ['PHONE', `${PHONE} extension of Maria`, null],
  ])('returns as said where no form is unambiguous: %s %j', (kind, value, schema) => {
    expect(form(kind, value, schema)).toBe(value);
  });

  it('returns the last four of a longer number only where the argument is for them', () => {
    const four = { pattern: String.raw`^\d{4}$` };
    expect(form('SSN', '519-44-2280', four, 'ssn_last4')).toBe('2280');
    expect(form('SSN', '519-44-2280', four, 'pin')).toBe('519-44-2280');
  });
});

it('returns spelled letters as a name where the argument is one, whatever they were taken for', () => {
  expect(form('OTHER_ID', 'Q-U-I-N-T', {}, 'last_name')).toBe('Quint');
  expect(form('OTHER_ID', 'Q-U-I-N-T', {}, 'code')).toBe('QUINT');
});

describe('a written value', () => {
  it.each<[string, EntityKind, string, JsonObject | null, string]>([
    ['stays where nothing is asked', 'DOB', 'March 14, 1982', {}, 'March 14, 1982'],
    ['stays where it fits', 'PHONE', '919-555-0147', { maxLength: 20 }, '919-555-0147'],
    ['changes where the schema refuses it', 'DOB', '3/14/1982', { format: 'date' }, '1982-03-14'],
    ['changes where the description asks', 'PHONE', '(919) 555-0147', { description: 'E.164' }, '+19195550147'],
    ['keeps its country', 'PHONE', '+44 20 7946 0958', { description: 'E.164' }, '+442079460958'],
    ['keeps the case of an e-mail address', 'EMAIL', 'Jane@Example.com', { format: 'email' }, 'Jane@Example.com'],
  ])('%s', (_, kind, value, schema, expected) => {
    expect(form(kind, value, schema)).toBe(expected);
  });
});

describe('argumentSlots', () => {
  const date = { type: 'string', format: 'date' };
  const find = (parameters: JsonObject, path: string[]): string | null =>
    argumentSlots({ tools: [{ type: 'function', name: 'f', parameters }] }).slot('f', path)?.format ?? null;

  it.each<[string, JsonObject, string[]]>([
    ['of a nested object', { properties: { a: { properties: { b: date } } } }, ['a', 'b']],
    ['of the items of a list', { properties: { a: { items: date } } }, ['a', '*']],
    ['behind a reference', { properties: { a: { $ref: '#/$defs/d' } }, $defs: { d: date } }, ['a']],
    ['in a union with null', { properties: { a: { anyOf: [{ type: 'null' }, date] } } }, ['a']],
    ['of additional properties', { additionalProperties: date }, ['any']],
  ])('finds the schema %s', (_, parameters, path) => {
    expect(find(parameters, path)).toBe('date');
  });

  it('returns null for circles, prototypes and unknown tools', () => {
    const circle = { properties: { a: { $ref: '#/properties/a' } } };
    expect(find(circle, ['a'])).toBeNull();
    expect(find({ properties: {} }, ['__proto__'])).toBeNull();
    expect(argumentSlots({}).slot('f', ['a'])).toBeNull();
    expect(argumentSlots({ tools: 'all' }).slot(null, [])).toBeNull();
  });

  it('takes a pattern that is no RE2 expression for none', () => {
    expect(form('MRN', 'four four seven', { pattern: '^(?=a)b$' })).toBe('447');
  });
});
