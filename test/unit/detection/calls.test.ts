import { describe, expect, it } from 'vitest';
import { mark, readMarked } from './marked.ts';

/** Hand-written turns as speech engines write them: lower case, few marks, fillers, numbers in words or digits. */
describe('whole turns of calls', () => {
  it.each([
    [
      'a refill',
      'hi this is [NAME:maria] calling uh i need to refill my blood pressure medicine the rx number is [OTHER_ID:seven seven one two, um, three four five] and my date of birth is [DOB:june third nineteen fifty one] i take twenty milligrams once a day',
    ],
    [
      'a new patient',
      'yes my name is [NAME:oluwaseun adebayo] last name is spelled [NAME:a d e b a y o] i live at [ADDRESS:four twenty west maple street apartment two b springfield illinois six two seven oh four] and you can reach me at [PHONE:two one seven five five five oh one four two]',
    ],
    [
      'insurance',
      "okay so the member id is [HEALTH_PLAN:w as in whiskey four four one nine eight two] and the group number is [HEALTH_PLAN:eight eight one two] it's a ppo plan with a twenty five dollar copay",
    ],
    [
      'a correction',
      'my social is [SSN:four five six uh seven eight nine zero one two] and i was born on [DOB:the fourth of july nineteen seventy six] so i am forty eight',
    ],
    [
      'an appointment',
      'can you move me from [DATE:march fourteenth] at three thirty pm to [DATE:the twenty first] please with doctor [NAME:patel] on the second floor',
    ],
    [
      'an e-mail read out',
      'sure send the results to [EMAIL:s m i t h dot anna four two at gmail dot com] or fax them to [FAX:eight hundred five five five oh one nine nine]',
    ],
    [
      'a payment',
      'the card is [CREDIT_CARD:forty one eleven eleven eleven eleven eleven eleven eleven] it expires [DATE:oh eight twenty seven] and the cvv is [CREDIT_CARD:one two three] can i pay fifty dollars',
    ],
    [
      'an agent reading back',
      'Thank you, [NAME:Jennifer]. I have your phone number as [PHONE:(617) 555-0145], MRN [MRN:4471920], and your next visit on [DATE:April 3, 2025] at 10:15 AM. Is that right?',
    ],
    [
      'vitals',
      'her pressure was one forty over ninety heart rate seventy two she weighs one hundred sixty pounds and sugar was one eighty after two hours',
    ],
    [
      'an emergency',
      'if this is a medical emergency please hang up and dial nine one one or go to the nearest emergency room it is open 24 hours',
    ],
    [
      'an elderly caller',
      "well i'm [NAME:Dorothy] and my mother is [AGE:ninety four years old] she lives in [ADDRESS:Cedar Rapids, Iowa] with my brother [NAME:Frank]",
    ],
    [
      'a form',
      'Patient: [NAME:Alan Whitfield]\nDOB: [DOB:11/02/1948]\nSSN: [SSN:219-09-9999]\nAddress: [ADDRESS:88 Old Mill Road, Concord, NH 03301]\nTel: [PHONE:603-555-0177]\nMedicare: [HEALTH_PLAN:1EG4-TE5-MK72]',
    ],
    [
      'tool arguments',
      '{"patient_name":"[NAME:Priya Raman]","dob":"[DOB:1979-05-30]","phone":"[PHONE:+14155550132]","email":"[EMAIL:priya@example.com]","mrn":"[MRN:00451177]","reason":"refill","quantity":30,"dose_mg":500}',
    ],
  ])('%s', (_, line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
