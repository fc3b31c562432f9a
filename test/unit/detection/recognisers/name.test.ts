import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('names', () => {
  it.each([
    'Dr. [NAME:Kumar] said hi',
    'Mrs. [NAME:Soo-ah Baek] fell again',
    'Ms. [NAME:Min-ji Noh]',
    'doctor [NAME:kumar] said it is fine',
    'nurse [NAME:jackie] told me',
    "could you tell Mr. [NAME:O'Brien] that",
    'Miss [NAME:Jane Doe]',
    'call dr. [NAME:patel] today',
    'Professor [NAME:Ana de la Cruz]',
    'Mrs. [NAME:J. Edgar Hoover] came',
    'I am Doctor [NAME:Frankland].',
    'ask Ms. [NAME:Smith-Jones]',
    "Are you Mister [NAME:Smith]'s wife?",
  ])('by title: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    "my name is [NAME:john smith] and i'm calling about my bill",
    'My name is [NAME:Priya Raman].',
    'my name is [NAME:oluwaseun adebayo]',
    "My name's [NAME:Bob]",
    'last name is [NAME:Kowalczyk]',
    "my wife's name is [NAME:sandra]",
    'the name on the account is [NAME:wilson]',
    'this is [NAME:john] calling from walgreens',
    'this is [NAME:kowalczyk] calling',
    'This is [NAME:Oleksandra Kowalczyk]',
    "I'm [NAME:Maria Lopez]",
    'I am [NAME:Priya]',
    'hello this is [NAME:Sam]',
    'i go by [NAME:beth]',
    'I spoke with [NAME:Angela] yesterday',
    'patient is [NAME:Robert De Niro]',
    'patient [NAME:john doe], please',
    'Name: [NAME:Smith, John]',
    'name: [NAME:aisha khan]',
    'PATIENT: [NAME:JOHN SMITH] DOB: [DOB:01/02/1934]',
    '{"name": "[NAME:John Smith]"}',
    'a girl named [NAME:isabella]',
    'Sincerely: [NAME:Okonkwo]',
  ])('by cue: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'my husband [NAME:John] is here',
    'my son, [NAME:Ethan], is 6',
    'her daughter [NAME:priya] called',
    'i called my friend [NAME:diane] and she said',
    'his brother [NAME:Okonkwo] too',
    'hi , [NAME:martha] . how are you ?',
    'Thank you, [NAME:Jennifer].',
    '[NAME:John Smith] called about [NAME:Mary Jones].',
  ])('relatives, greetings, full names: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'my last name is spelled [NAME:k o w a l s k i]',
    '[NAME:smith], [NAME:s m i t h]',
    "it's [NAME:S as in Sam, M as in Mary, I, T, H] last name",
    'spell it: [NAME:O-K-O-N-K-W-O]',
    'my name is spelled [NAME:m a double t]',
  ])('spelled: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'this is urgent',
    'I am calling about my bill',
    "I'm not sure what this is about",
    "i'm sorry i miss that",
    'this is the pharmacy calling',
    'my name is on the list',
    'miss my appointment',
    'I have MS and diabetes type 2',
    "I'm Spanish and I'm Catholic",
    "I'm Ready",
    'This is Great',
    "It's Monday",
    'my husband is sick',
    'my son called',
    'the doctor said no',
    'Doctor visit next week',
    'the nurse practitioner will call',
    'The nurse applied ointment',
    'so the nurse will come in',
    'Good afternoon, doctor. Absolutely, no problem.',
    'the patient is stable and the caller is waiting',
    'hi there, thank you so much',
    'what is your name?',
    'The function name is getWeather.',
    '{"name": "get_weather"}',
    '{"name": "lookupPatient"}',
    'Hello {{name}}, welcome',
    'name is required',
    "i'm an mri tech",
    'the medication is spelled x a n a x',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it('never crosses the end of a sentence or a line', () => {
    expect(mark('My name is John. Smith is my doctor.')).toBe('My name is [NAME:John]. Smith is my doctor.');
    expect(mark('Dr. Kumar\nPlease call')).toBe('Dr. [NAME:Kumar]\nPlease call');
    expect(mark('Dr. John\nSmith is here')).toBe('Dr. [NAME:John]\nSmith is here');
    expect(mark('my name is\nnobody here')).toBe('my name is\nnobody here');
  });
});
