import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('names with the family name first', () => {
  it.each([
    '[NAME:SANTINO, SOPHY] DOB [DOB:01/02/1971] MRN [MRN:0044218]',
    'PATIENT NAME: [NAME:RENFIELD, TOBIAS K] SEX: M',
    '[NAME:PRICE, WILL M]. 57Y M ROOM 12',
    'Pt: [NAME:HOPE, FAITH] ADMITTED [DATE:11/20]',
    "[NAME:O'BRIEN-SMITH, MARY ANN] 44 yo F",
    'GUARANTOR: [NAME:PRICE, WILL] REL: SPOUSE',
    'Patient: [NAME:Yazzie, Nizhoni]',
    '[NAME:DE LA CRUZ, LUZ] ROOM 4',
    'Callback list: [NAME:Day, Sunny]; [NAME:Moon, Story]; [NAME:Le, An]',
    '9:30  [NAME:RIVERS, JOY]   f/u',
    'from [NAME:RIVERS, HOPE] to [NAME:PAGE, ART]: please call back',
  ])('are found in lists and forms: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'FRACTURE, CLOSED ROOM 3',
    'CHEST, ABDOMEN AND PELVIS',
    'PAIN, CHRONIC',
    'ALERT, ORIENTED X 3',
    'MONDAY, WEDNESDAY, FRIDAY',
    'Diabetes, hypertension and asthma',
    'Tucson, AZ',
    'Symptoms: Nausea, Vomiting; Fever, Chills; Rash, Itching',
    'from MONDAY, TUESDAY to FRIDAY',
  ])('are not what else has a comma: %s', (text) => {
    expect(mark(text)).not.toContain('[NAME:');
  });

  it('are found before any field, whatever the names', () => {
    const letters = fc.stringMatching(/^[B-DF-HJ-NP-TV-Z][AEIOU][B-DF-HJ-NP-TV-Z]{2}[AEIOU][KLMNRZ]$/);
    const field = fc.constantFrom('DOB', 'MRN', 'ROOM 4', '57Y M', 'ADMITTED');
    fc.assert(
      fc.property(letters, letters, field, (family, given, after) => {
        expect(mark(`${family}, ${given} ${after}`)).toContain(`[NAME:${family}, ${given}]`);
      }),
      { seed: 10, numRuns: 200 },
    );
  });
});
