import { describe, expect, it } from 'vitest';
import { masked, values } from './masked.ts';

describe('HL7 v2: fields that hold a person by the standard', () => {
  it.each([
    [
      'PID masks names, ids, birth date, address and telephone, and leaves codes',
      'PID|1||88213^^^NBS||Brackwater^Lorena^J||19640502|F|||44 Fenwick Row^Apt B^Tolleson^AZ^85353^USA^H||^PRN^PH^^1^623^5550123',
      'PID|1||<MRN 88213>^^^NBS||<NAME Brackwater>^<NAME Lorena>^<NAME J>||<DOB 19640502>|F|||<ADDRESS 44 Fenwick Row>^<ADDRESS Apt B>^<ADDRESS Tolleson>^AZ^<ADDRESS 85353>^USA^H||^PRN^PH^^1^<PHONE 623^5550123>',
    ],
    [
      'NK1 masks the relative and leaves the relationship',
      'NK1|1|Brackwater^Oswin|MTH^Mother|44 Fenwick Row^^Tolleson^AZ^85353|(623)555-0188',
      'NK1|1|<NAME Brackwater>^<NAME Oswin>|MTH^Mother|<ADDRESS 44 Fenwick Row>^^<ADDRESS Tolleson>^AZ^<ADDRESS 85353>|<PHONE (623)555-0188>',
    ],
    [
      'a birth date with fraction and zone is masked whole',
      'PID|1||A12||Vang^See||19800229143000.1234-0500|F',
      'PID|1||<MRN A12>||<NAME Vang>^<NAME See>||<DOB 19800229143000.1234-0500>|F',
    ],
    [
      'the type of an id in PID-3 says its kind in every repetition',
      'PID|1||88213^^^A^MR~519442280^^^USA^SS||Vang^See',
      'PID|1||<MRN 88213>^^^A^MR~<SSN 519442280>^^^USA^SS||<NAME Vang>^<NAME See>',
    ],
    [
      'a Z segment is read by its form',
      'ZPD|Okafor^Jane|SPO^Spouse|19800229',
      'ZPD|<NAME Okafor>^<NAME Jane>|SPO^Spouse|<DATE 19800229>',
    ],
  ])('%s', (_, message, expected) => {
    expect(masked(message)).toBe(expected);
  });

  it.each(['\r', '\n', '\r\n', ' ', '\\n', '\\r'])('reads segments that end with %j', (end) => {
    const message = ['MSH|^~\\&|A|B|C|D|20260101120000||ADT^A01|77120031|P|2.5.1', 'PID|1||A12||Price^Will', 'PV1|1|I'];
    expect(masked(message.join(end))).toBe(
      [message[0], 'PID|1||<MRN A12>||<NAME Price>^<NAME Will>', message[2]].join(end),
    );
  });

  it('masks a name, a date and a member id that stand one field too early', () => {
    expect(
      masked('IN1|1|PPO^Preferred|60054|AETNA|||||||||||Le^An|SEL|19800202|9 Old Mill Rd^^Mobile^AL^36601'),
    ).toContain('<NAME Le>^<NAME An>');
    expect(
      masked('IN1|1|PPO^Preferred|60054|AETNA|||||||||||Le^An|SEL|19800202|9 Old Mill Rd^^Mobile^AL^36601'),
    ).toContain('|PPO^Preferred|60054|AETNA|');
  });

  it('masks an address and a doctor that stand one field too early or too late, and a number that looks like no code', () => {
    const text =
      'IN1|1|PPO|60054|AETNA|||||||||||Pelt^Buck|SELF|19481130|12 Fir St^^Bend^OR^97701\r' +
      'ORC|RE|ORD-118||||||||||||1447290011^Rivera^Sunny\rPV1|1|O|ENDO||||||||||||||||V5501234';
    const found = values(text);
    for (const value of ['12 Fir St', 'Bend', '97701', 'Rivera', 'Sunny', '1447290011', 'V5501234'])
      expect(found).toContain(value);
    expect(masked(text)).toContain('AETNA');
  });

  it('undoes escapes in prose and in values', () => {
    expect(values('OBX|1|TX|NOTE||SSN 519\\T\\44\\T\\2280 DOB 02\\F\\29\\F\\1980||||||F')).toEqual([
      '519-44-2280',
      '02-29-1980',
    ]);
    expect(values('NTE|1|L|call (415)\\.br\\555\\T\\0132')).toEqual(['(415)\n555-0132']);
    expect(values('PID|1||A12||O\\T\\Neal^Jos\\XC3A9\\')).toEqual(['A12', 'O&Neal', 'José']);
  });
});
