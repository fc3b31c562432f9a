/** X12 transactions, made after the guides of HIPAA: every element of a person is masked, every code stays. */
import { describe, it } from 'vitest';
import { expectMarked } from './marked-document.ts';
import { people, type Person } from './people.ts';

const PEOPLE = people(812, 24).map((one) => ({
  ...one,
  family: one.family.toUpperCase(),
  given: one.given.toUpperCase(),
  street: one.street.toUpperCase(),
  city: one.city.toUpperCase(),
}));

const subscriber = (p: Person): string[] => [
  `NM1*{{IL}}*{{1}}*[[${p.family}]]*[[${p.given}]]*[[${p.middle}]]***{{MI}}*[[${p.member}]]`,
  `N3*[[${p.street}]]*[[APT 4]]`,
  `N4*[[${p.city}]]*{{${p.state}}}*[[${p.zip}]]`,
  `DMG*{{D8}}*[[${p.born}]]*{{F}}`,
];

const TRANSACTIONS: readonly (readonly [string, (p: Person) => string[]])[] = [
  [
    '270',
    (p) => [
      'ST*{{270}}*{{1234}}*{{005010X279A1}}',
      'BHT*{{0022}}*{{13}}*{{10001234}}*{{20260501}}*{{1319}}',
      'HL*{{1}}**{{20}}*{{1}}',
      'NM1*{{PR}}*{{2}}*{{ABC COMPANY}}*****{{PI}}*{{842610001}}',
      'HL*{{3}}*{{2}}*{{22}}*{{0}}',
      `TRN*{{1}}*[[93175012547]]*{{9877281234}}`,
      ...subscriber(p),
      'DTP*{{291}}*{{D8}}*[[20260501]]',
      'EQ*{{30}}',
    ],
  ],
  [
    '271',
    (p) => [
      'ST*{{271}}*{{0001}}*{{005010X279A1}}',
      'HL*{{2}}*{{1}}*{{21}}*{{1}}',
      ...subscriber(p),
      `REF*{{SY}}*[[${p.ssn}]]`,
      `REF*{{6P}}*[[GRP${p.record}]]`,
      'EB*{{1}}*{{FAM}}*{{30}}*{{PR}}*{{GOLD PLAN}}',
      'EB*{{C}}*{{IND}}****{{23}}*{{600}}',
      'HSD*{{VS}}*{{30}}',
      `PER*{{IC}}*[[${p.given} ${p.family}]]*{{TE}}*[[${p.area}${p.local}]]*{{EM}}*[[x@example.com]]`,
    ],
  ],
  [
    '276 and 277',
    (p) => [
      'ST*{{277}}*{{0002}}*{{005010X212}}',
      `NM1*{{QC}}*{{1}}*[[${p.family}]]*[[${p.given}]]****{{MI}}*[[${p.member}]]`,
      `REF*{{EJ}}*[[JD${p.record}]]`,
      `REF*{{1K}}*[[0529675341${p.record}]]`,
      'SVC*{{HC:99214}}*{{150}}*{{0}}',
      'AMT*{{T3}}*{{150}}',
    ],
  ],
  [
    '278',
    (p) => [
      'UM*{{HS}}*{{I}}*{{1}}*{{11:B}}',
      ...subscriber(p),
      'HI*{{BF:41090}}',
      `HCR*{{A1}}*[[AUTH${p.record}]]`,
      'PRV*{{AT}}*{{PXC}}*{{207Q00000X}}',
    ],
  ],
  [
    '834',
    (p) => [
      `INS*{{Y}}*{{18}}*{{021}}*{{20}}*{{A}}***{{FT}}`,
      `REF*{{0F}}*[[${p.record}]]`,
      `REF*{{1L}}*[[GRP${p.record}]]`,
      'DTP*{{356}}*{{D8}}*[[20260101]]',
      ...subscriber(p),
      'HD*{{021}}**{{HLT}}*{{PLAN A}}*{{EMP}}',
      `COB*{{P}}*[[POL${p.record}]]*{{5}}`,
    ],
  ],
  [
    '835',
    (p) => [
      'BPR*{{I}}*{{1222}}*{{C}}*{{CHK}}',
      `CLP*[[${p.record}A]]*{{1}}*{{226}}*{{132}}**{{12}}*[[19990505${p.record}]]*{{11}}*{{1}}`,
      'CAS*{{PR}}*{{1}}*{{793}}',
      `NM1*{{QC}}*{{1}}*[[${p.family}]]*[[${p.given}]]****{{HN}}*[[${p.member}]]`,
      'SVC*{{HC:99213}}*{{150}}*{{110}}',
      'DTM*{{472}}*[[20260106]]',
    ],
  ],
  [
    '837',
    (p) => [
      'SBR*{{P}}*{{18}}*[[2222-SJ]]******{{CI}}',
      ...subscriber(p),
      `CLM*[[${p.record}]]*{{100}}***{{11:B:1}}*{{Y}}*{{A}}*{{Y}}*{{I}}`,
      'HI*{{ABK:J0300}}*{{ABF:Z1159}}',
      'LX*{{1}}',
      'SV1*{{HC:99213}}*{{40}}*{{UN}}*{{1}}***{{1}}',
      `NM1*{{82}}*{{1}}*[[${p.family}]]*[[${p.given}]]****{{XX}}*[[1234567893]]`,
      'LIN**{{N4}}*{{00002821501}}',
      'NTE*{{ADD}}*{{SURGERY WAS UNUSUALLY LONG}}',
    ],
  ],
];

describe('generated X12 transactions', () => {
  it.each(TRANSACTIONS)('%s masks each element of a person and leaves each code', (_, transaction) => {
    for (const one of PEOPLE) expectMarked(`${transaction(one).join('~')}~`);
  });

  it.each(['~\n', '~\r\n', '\n'])('reads segments that end with %j', (end) => {
    for (const [, transaction] of TRANSACTIONS)
      for (const one of PEOPLE.slice(0, 4)) expectMarked(transaction(one).join(end));
  });

  it('leaves an envelope with its control numbers', () => {
    expectMarked(
      'ISA*{{00}}*          *{{00}}*          *{{ZZ}}*{{SUBMITTERS ID}}  *{{ZZ}}*{{RECEIVERS ID}}   *{{260101}}*{{1253}}*{{^}}*{{00501}}*{{000000905}}*{{1}}*{{T}}*{{:}}~GS*{{HC}}*{{SENDER}}*{{RECEIVER}}*{{20260101}}*{{0802}}*{{1234567}}*{{X}}*{{005010X222A1}}~ST*{{837}}*{{0021}}*{{005010X222A1}}~SE*{{41}}*{{0021}}~GE*{{1}}*{{1234567}}~IEA*{{1}}*{{000000905}}~',
    );
  });

  it('reads the separators of the envelope', () => {
    expectMarked(
      'ISA|00|          |00|          |ZZ|SUBMITTERS ID  |ZZ|RECEIVERS ID   |260101|1253|^|00501|000000905|1|T|>!ST|{{271}}|{{0001}}!NM1|{{IL}}|{{1}}|[[VANG]]|[[SEE]]||||{{MI}}|[[11122333301]]!SVC|{{HC>99213}}|{{150}}!',
    );
  });
});
