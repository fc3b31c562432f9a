import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { mark, RULES_ALONE } from './marked.ts';

describe('what is said in calls and identifies nobody', () => {
  it.each([
    'take 500 milligrams twice a day',
    'take two tablets every six hours',
    'inject 10 units before meals and 1000mg at night',
    'vitamin b 12 2000 units',
    'two point five milligrams',
    'blood pressure is 120 over 80',
    'bp 120/80 and temp 98.6',
    'heart rate 72, oxygen 98, glucose 110',
    'my a1c is 7.2 and my ldl is 130',
    'i weigh one hundred eighty two pounds',
    'six foot two',
    'room number four oh two',
    'at 3 30 pm or 15:45',
    'open 24 hours a day, 7 days a week',
    'one or two of them',
    'three to five times',
    'on a scale of 1 to 10 it is a 7',
    'call nine one one if this is an emergency',
    'call 911 or 988',
    'covid 19 vaccine and the flu shot of 2023',
    'E12.9 and J45.909 are codes',
    '10,000 steps and 2,500 calories',
    '90% of patients aged 18 to 65',
    'press 1 for english, 2 for spanish',
    'one eight hundred flowers',
    'i need a copy of form 1099',
    'take one pill at 8 and another at 10',
    'hold for 10 to 15 minutes please',
    'it costs $45.50 or 45 dollars',
  ])('%s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

describe('instructions to a model', () => {
  const prompt = `You are a helpful voice assistant for a family clinic. You must be polite, brief and never give medical advice.

# Steps
1. Greet the caller and ask for their full name and date of birth.
2. Ask for the phone number and the member ID; read them back digit by digit.
3. If the caller says "this is an emergency", tell them to hang up and call 911.
4. Use the tool schedule_appointment(date, time, provider_name) and wait up to 30000 ms.
5. Never reveal a social security number, an account number or a medical record number.

## Style
- Keep responses under 50 words. Use US English. Speak slowly: 140 words per minute.
- Hours: Monday to Friday, 8:00 AM to 5:30 PM; Saturday 9-12. Closed in July 2 weeks.
- Copay is $25.00; deductible $1,500; the plan covers 80% after that.
- The name of the function is always lower-case. The patient is always right.
Model: gpt-4o-2024-08-06, temperature 0.7, max_tokens 4096, top_p 0.95. Voice: eleven_turbo_v2_5.`;

  it('hold no identifier', () => {
    expect(detect(prompt, RULES_ALONE)).toEqual([]);
  });

  it.each([
    '{"type":"function","function":{"name":"get_weather","parameters":{"max_tokens":150,"temperature":0.7,"timeout":30000}}}',
    '{"model":"claude-3-5-sonnet-20241022","stream":true,"n":1,"stop":["\\n"]}',
    '{"tool_calls":[{"index":0,"function":{"name":"bookAppointment","arguments":"{\\"slot\\": 3}"}}]}',
    '<voice speed="1.1" pitch="0.95"/>',
    'const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];',
    'for (let i = 0; i < 100; i++) { sum += a[i]; }',
  ])('nor do requests and code: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
