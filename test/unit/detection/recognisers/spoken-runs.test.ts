import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('codes that are read aloud', () => {
  it.each([
    'my number is [PHONE:five five five no wait five six seven one two three four]',
    "it's [PHONE:four one five five five five oh one three no sorry oh one four two]",
    'my social is [SSN:one two three scratch that one two four five six seven eight nine oh]',
    'my phone is [PHONE:six one seven, um, five five five, let me see, oh one four two]',
    "it's [PHONE:six one seven and then five five five and then oh one four two]",
    'my member id is [HEALTH_PLAN:x as in xray y as in yellow z as in zebra one two three four five six]',
    'member id is [HEALTH_PLAN:capital a capital b four four one two]',
    "the number is [PHONE:two one two that's two one two five five five zero one nine nine]",
    'call me at area code [PHONE:four one five then five five five then zero one three two]',
    'my number is [PHONE:eight hundred five five five oh one nine nine]',
    'my number is [PHONE:one eight hundred four four two nine thousand]',
    'my number is [PHONE:six one seven five five five twelve hundred]',
    'zip is [ADDRESS:nine oh two one oh]',
    'zip code [ADDRESS:six oh six one four dash one two three four]',
    'confirmation number [OTHER_ID:alpha bravo seven seven niner charlie]',
    'confirmation code is [OTHER_ID:b for bravo d for delta nine nine two]',
    'reference number is [OTHER_ID:triple five eight nine double zero]',
    'reference number is [OTHER_ID:a b c dash one two three]',
    'the claim number is [OTHER_ID:c l m dash two oh two four dash five five one]',
    'my policy number is [HEALTH_PLAN:h as in henry, four four, seven, n as in nancy, two two]',
    'prescription number [OTHER_ID:seven seven three two, i mean seven seven three three, oh one]',
    "it's [PHONE:five five five dash one two one two] no area code",
    'my account is [ACCOUNT:zero zero zero four four one nine eight two two]',
    'medical record number [MRN:forty four seventeen ninety two]',
    'my ssn is [SSN:one hundred twenty three forty five sixty seven eighty nine]',
    'last four of my social is [SSN:six seven eight nine]',
    'the last four of my social are [SSN:sixty seven eighty nine]',
    'last four digits of your social security number? [SSN:4471]',
    'last four of ssn [SSN:0192]',
    'my social ends in [SSN:4 4 7 1]',
    'ssn ending in [SSN:4471]',
  ])('over corrections, pauses and remarks: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
