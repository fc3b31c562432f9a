import { describe, expect, it } from 'vitest';
import { mark, only, readMarked } from '../marked.ts';

describe('phone and fax', () => {
  it.each([
    // written, North American
    'My phone number is [PHONE:415-555-0132].',
    'call me at [PHONE:(212) 555-1234] please',
    'reach me on [PHONE:1 (415) 555-0132]',
    '[PHONE:+1 415 555 0132]',
    '[PHONE:415.555.2671]',
    'we have [PHONE:4155550132] on file',
    '[PHONE:212-555-0199] is my cell',
    'the contact is [PHONE:415‑555‑0132]',
    '[PHONE:415 555 0132] (cell)',
    // extensions
    'call me at [PHONE:(212) 555-1234 ext. 42] please',
    'you can reach me at [PHONE:415.555.2671x769]',
    'the desk is [PHONE:212-555-1234 x 12]',
    'reach us on [PHONE:212 555 1234, extension 304].',
    // international
    '[PHONE:+44 20 7946 0958] is my number',
    'it is [PHONE:+4915112345678]',
    'phone: [PHONE:07700 063 966]',
    // seven digits
    'call [PHONE:555-1234]',
    'my number is [PHONE:467 3395]',
    'try [PHONE:555-0188] instead',
    // fax
    'fax it to [FAX:212 555 9999]',
    'our fax number is [FAX:212-555-9998]',
    '[FAX:212-555-9997] is the fax',
  ])('written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'my cell is [PHONE:four one five, five five five, oh one double two]',
    "it's [PHONE:eight hundred five five five one two one two]",
    '[PHONE:plus four four two oh seven nine four six oh nine five eight]',
    'my number is [PHONE:five five five uh one two one um two one two]',
    'you can call me back at [PHONE:two one two five five five oh one nine nine extension three oh four]',
    'reach me at area code [PHONE:212 555 0147]',
    "it's [PHONE:5 5 5 1 2 3 4 5 6 7]",
    'my number is [PHONE:five five five one two three four] and my zip is [ADDRESS:six oh six one four]',
    'the callback is [PHONE:four fifteen five fifty five oh one thirty two]',
    'text [PHONE:six one seven five five five triple zero nine]',
    'call [PHONE:two one two dash five five five dash one two three four]',
    'dial [PHONE:one eight hundred five five five oh one double nine]',
    'reach me at [PHONE:four one five... five five five... oh one three two]',
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('takes a number of the plan for validated, another after a cue for what the cue says', () => {
    expect(only('call 415-555-0132', 'PHONE').validated).toBe(true);
    expect(only('call 415-155-0132', 'PHONE')).toMatchObject({ validated: false, recogniser: 'phone.cue' });
  });

  it('keeps an impossible area code masked, under another name', () => {
    expect(mark('115-155-0132')).toBe('[OTHER_ID:115-155-0132]');
  });
});
