import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('telephone numbers in all forms', () => {
  it.each([
    '[PHONE:(425) 882-9090]',
    '[PHONE:+1 (425) 882-9090]',
    '[PHONE:425.882.9090]',
    'my cell: [PHONE:+442079460958]',
    '[PHONE:+49 30 901820]',
    '[PHONE:+91 98765 43210]',
    '[PHONE:+33 1 42 68 53 00]',
    '[PHONE:+972 52-345-6789]',
    '[PHONE:+55 11 98456 5666]',
    '[PHONE:0011 61 2 9374 4000]',
    '[PHONE:+44 (0)20 7946 0958]',
    'uk phone [PHONE:020 7946 0958]',
    'phone [PHONE:030 901820]',
    'mobile [PHONE:98765 43210]',
    '[PHONE:1-800-FLOWERS]',
    'call [PHONE:1 800 GO FEDEX]',
    'call [PHONE:1-800-555-CARE]',
    '[PHONE:(650) 555-1234 ext 12]',
    '[PHONE:650-555-1234 x5678]',
    '[PHONE:1-425-882-9090]',
    'fax [FAX:+1 425 882 9091]',
    'fax number is [FAX:four two five eight eight two nine oh nine one]',
    'send it by fax to [FAX:425-882-9091]',
    'text me at [PHONE:4258829090]',
    'tel:[PHONE:+1-425-882-9090]',
    "my number's [PHONE:882 9090]",
    'my phone number is [PHONE:eight eight two ninety ninety]',
    '[PHONE:five one two triple five twelve twelve]',
    'emergency contact is [PHONE:512 555 0188]',
    'ext [OTHER_ID:4471]',
    'reach me on [PHONE:07700 900123]',
  ])('of many countries: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
