import { describe, expect, it } from 'vitest';
import { readAsking, type Asking } from '../../../../src/detection/context/asking.ts';
import type { SlotName } from '../../../../src/detection/context/slots.ts';
import { scanWords } from '../../../../src/detection/words.ts';

const read = (text: string, current: SlotName | null = null): Asking =>
  readAsking(scanWords(text), (at) => /^\d/.test(scanWords(text)[at]?.text ?? ''), current);

describe('what is asked for', () => {
  it.each<[string, SlotName[]]>([
    ['Can I have the last four of your social?', ['ssn_last_four']],
    ['The last 4 digits of your credit card?', ['card_last_four']],
    ['last four of the account number', ['account_last_four']],
    ['Could you spell your last name for me, please?', ['spelling', 'name']],
    ['And may I ask who I am speaking with?', ['name']],
    ["I'll need your date of birth and zip code.", ['dob', 'zip']],
    ['What is your date-of-birth?', ['dob']],
    ["When's your birthday?", ['dob']],
    ['What is your home address, city and state?', ['address', 'place']],
    ['Your member ID, please.', ['member']],
    ["Read me the driver's license number.", ['license']],
    ['Is there a good number to reach you at?', ['phone']],
    ['please confirm your e-mail', ['email']],
    ['What is the serial number of your pump?', ['serial']],
    ['and the zip', ['zip']],
    ['how old is your daughter', ['age']],
    ['Please enter your PIN.', ['secret']],
    ['Do you have the claim number or the confirmation number?', ['reference']],
  ])('%s', (text, slots) => {
    expect(read(text).slots).toEqual(slots);
  });

  it.each<[string, SlotName, SlotName[]]>([
    ['and the last four?', 'card', ['card_last_four']],
    ['and the year?', 'dob', ['dob']],
    ['first?', 'name', ['name']],
    ['can you spell that', 'email', ['email']],
    ['can you spell that', 'name', ['spelling']],
  ])('%s, after %s', (text, current, slots) => {
    expect(read(text, current).slots).toEqual(slots);
  });

  it.each([
    "what's the name of the medication?",
    'which pharmacy name should I use',
    'How can I help you today?',
    'Your account has been updated by our billing team and everything on that side looks fine now.',
    '',
  ])('nothing: %s', (text) => {
    expect(read(text).slots).toEqual([]);
  });
});

describe('an utterance', () => {
  it.each(['mm-hm', 'Okay, go on.', 'Got it.', 'Sure, take your time.', 'one moment', 'okay, 555'])(
    'that only listens: %s',
    (text) => {
      expect(read(text)).toMatchObject({ backChannel: true, asksOther: false });
    },
  );

  it.each(['How can I help you today?', 'what are your symptoms', 'do you have allergies'])(
    'that asks for something else: %s',
    (text) => {
      expect(read(text)).toMatchObject({ backChannel: false, asksOther: true });
    },
  );

  it('that asks to say it again asks for nothing else', () => {
    expect(read("I didn't catch that. Could you repeat it?")).toMatchObject({ asksOther: false });
  });

  it('that announces', () => {
    expect(read('my zip is').announced).toMatchObject({ slot: 'zip' });
    expect(read('the number on my account, my phone number is 555').announced).toMatchObject({ slot: 'phone' });
    expect(read('my phone is broken').announced).toBeNull();
  });
});
