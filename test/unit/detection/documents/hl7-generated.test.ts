/** Messages of HL7 v2, made after the standard: every field of a person is masked, every code stays. */
import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import { expectMarked } from './marked-document.ts';
import { people, type Person } from './people.ts';

const PEOPLE = people(701, 24);
const ENDS = ['\r', '\n', '\r\n'] as const;

function pid(p: Person): string {
  return (
    `PID|1||[[${p.record}]]^^^{{HOSP}}^{{MR}}~[[${p.ssn}]]^^^{{USA}}^{{SS}}||[[${p.family}]]^[[${p.given}]]^[[${p.middle}]]||[[${p.born}]]|{{F}}||{{2106-3}}^{{White}}^{{HL70005}}|` +
    `[[${p.street}]]^[[Apt B]]^[[${p.city}]]^{{${p.state}}}^[[${p.zip}]]^{{USA}}^{{H}}||^{{PRN}}^{{PH}}^^{{1}}^[[${p.area}^${p.local}]]|([[${p.area}]])[[${p.local}]]|{{en}}|{{M}}|{{CHR}}|[[${p.record}77]]^^^^{{AN}}|[[${p.ssn}]]|[[D${p.record}]]^{{${p.state}}}^[[20280101]]`
  );
}

const SEGMENTS: readonly (readonly [string, (p: Person) => string])[] = [
  ['PID', pid],
  [
    'NK1',
    (p) =>
      `NK1|1|[[${p.family}]]^[[${p.given}]]|{{MTH}}^{{Mother}}^{{HL70063}}|[[${p.street}]]^^[[${p.city}]]^{{${p.state}}}^[[${p.zip}]]|([[${p.area}]])[[${p.local}]]`,
  ],
  [
    'GT1',
    (p) =>
      `GT1|1|[[${p.record}]]|[[${p.family}]]^[[${p.given}]]^[[${p.middle}]]||[[${p.street}]]^^[[${p.city}]]^{{${p.state}}}^[[${p.zip}]]|[[${p.area}5550101]]||[[${p.born}]]|{{M}}|{{P}}|{{SLF}}|[[${p.ssn}]]`,
  ],
  [
    'IN1',
    (p) =>
      `IN1|1|{{PPO}}^{{Preferred}}|{{12345}}|{{Blue Mesa Health}}||||[[GRP${p.record}]]||||[[20250101]]|[[20261231]]||{{HMO}}|[[${p.family}]]^[[${p.given}]]|{{SEL}}|[[${p.born}]]|[[${p.street}]]^^[[${p.city}]]^{{${p.state}}}^[[${p.zip}]]|||||||||||||||||[[${p.member}]]`,
  ],
  [
    'PV1',
    (p) =>
      `PV1|1|{{I}}|{{2000}}^{{2012}}^{{01}}||||[[1234567893]]^[[${p.family}]]^[[${p.given}]]^^^{{Dr}}|||{{SUR}}||||{{ADM}}|{{A0}}||[[004777]]^[[${p.family}]]^[[${p.given}]]|{{IN}}|[[V${p.record}]]|||||||||||||||||||||||||[[20260105083000]]`,
  ],
  [
    'OBR',
    (p) =>
      `OBR|1|[[ORD${p.record}]]^{{LAB}}|[[FIL${p.record}]]|{{4548-4}}^{{Hemoglobin A1c}}^{{LN}}|||[[20260105083000]]|||||||||[[1234567893]]^[[${p.family}]]^[[${p.given}]]`,
  ],
  [
    'ORC',
    (p) =>
      `ORC|{{RE}}|[[ORD${p.record}]]|[[FIL${p.record}]]||{{CM}}||||[[20260105]]|||[[77123]]^[[${p.family}]]^[[${p.given}]]`,
  ],
  ['OBX names', (p) => `OBX|1|{{XPN}}|{{11293-6}}^{{Contact}}^{{LN}}||[[${p.family}]]^[[${p.given}]]||||||{{F}}`],
  ['OBX result', () => 'OBX|2|{{NM}}|{{4548-4}}^{{Hemoglobin A1c}}^{{LN}}||{{7.2}}|{{%}}|{{4.0-5.6}}|{{H}}|||{{F}}'],
  ['MRG', (p) => `MRG|[[${p.record}]]^^^{{HOSP}}^{{MR}}||[[${p.record}1]]||||[[${p.family}]]^[[${p.given}]]`],
  ['AL1', () => 'AL1|1|{{DA}}|{{70618}}^{{Penicillin}}^{{RXNORM}}|{{SV}}|{{Hives}}'],
  ['DG1', () => 'DG1|1|{{I10}}|{{E11.9}}^{{Type 2 diabetes mellitus}}^{{I10}}||[[20260105]]|{{F}}'],
  [
    'RXA',
    (p) =>
      `RXA|0|1|[[20260105]]||{{140}}^{{Influenza}}^{{CVX}}|{{0.5}}|{{mL}}||{{00}}|[[55]]^[[${p.family}]]^[[${p.given}]]`,
  ],
  [
    'Z segment',
    (p) =>
      `ZPI|[[${p.family}]]^[[${p.given}]]^[[${p.middle}]]|{{SPO}}^{{Spouse}}|[[${p.born}]]|[[${p.street}]]^^[[${p.city}]]^{{${p.state}}}^[[${p.zip}]]|[[${p.record}]]^^^{{A}}^{{MR}}`,
  ],
];

describe('generated HL7 v2 messages', () => {
  it.each(SEGMENTS)('%s masks each field of a person and leaves each code', (_, segment) => {
    for (const one of PEOPLE) expectMarked(segment(one));
  });

  it.each(ENDS)('masks whole messages whose segments end with %j', (end) => {
    for (const one of PEOPLE) {
      const header =
        'MSH|^~\\&|{{EPIC}}|{{HOSP}}|{{MASK}}|{{X}}|{{20260101120000}}||{{ADT}}^{{A01}}|{{77120031}}|{{P}}|{{2.5.1}}';
      expectMarked([header, ...SEGMENTS.map(([, segment]) => segment(one))].join(end));
    }
  });

  it('masks what is there of a message that ends anywhere', () => {
    const whole = SEGMENTS.map(([, segment]) =>
      segment(
        PEOPLE[0] ??
          (() => {
            throw new Error('No people.');
          })(),
      ),
    ).join('\r');
    const plain = whole.replace(/\[\[|\]\]|\{\{|\}\}/g, '');
    for (let end = 40; end < plain.length; end += 37) {
      const spans = detect(plain.slice(0, end), DEFAULT_RULES);
      expect(
        spans.every((span, at) => span.start < span.end && span.end <= end && (spans[at - 1]?.end ?? 0) <= span.start),
      ).toBe(true);
    }
  });

  it('reads separators that the header names', () => {
    for (const { family, given, record } of PEOPLE)
      expectMarked(
        `MSH$%*!@$A$B$C$D$20260101$$ADT%A01$1$P$2.5\rPID$1$$[[${record}]]%%%{{A}}%{{MR}}$$[[${family}]]%[[${given}]]`,
      );
  });
});
