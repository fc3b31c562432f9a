/** vCard and iCalendar. */
import { describe, expect, it } from 'vitest';
import { masked } from './masked.ts';

describe('detect, for content lines', () => {
  it('masks what a vCard says of a person, by the names of its properties', () => {
    const card = [
      'BEGIN:VCARD',
      'N:<NAME Day>;<NAME Will>;<NAME J>;;',
      'FN:<NAME Will J Day>',
      'item1.TEL;TYPE=CELL:<PHONE 7815550144>',
      'BDAY:<DOB 19610802>',
      'ADR;TYPE=HOME:;;<ADDRESS 4 Hill Rd>;<ADDRESS Mobile>;AL;<ADDRESS 36602>;USA',
      'END:VCARD',
    ].join('\n');
    expect(masked(card.replace(/<[A-Z]+ ([^>]+)>/g, '$1'))).toBe(card);
  });

  it('masks the people of an event and keeps its structure', () => {
    expect(
      masked('BEGIN:VEVENT\nSTATUS:CONFIRMED\nATTENDEE;CN="Hope Day":mailto:hope@letterbarn.org\nEND:VEVENT'),
    ).toBe(
      'BEGIN:VEVENT\nSTATUS:CONFIRMED\nATTENDEE;CN="<NAME Hope Day>":mailto:<EMAIL hope@letterbarn.org>\nEND:VEVENT',
    );
  });

  it('reads no lines of other texts', () => {
    expect(masked('N: see below\nTEL: none')).toBe('N: see below\nTEL: none');
  });
});
