import { describe, expect, it } from 'vitest';
import { markCall } from './calls.ts';

function expectCall(...lines: string[]): void {
  expect(markCall(lines)).toEqual(lines);
}

describe('the question tells what the answer is', () => {
  it.each([
    ['the last four of a social', 'Can I have the last four of your social?', '[SSN:seven one four two]'],
    ['the last four, written', 'And the last 4 digits of your SSN please.', 'sure [SSN:7142]'],
    ['a social in pieces', "What's your social security number?", 'uh [SSN:five five]'],
    ['a last name', 'Could you spell your last name for me?', '[NAME:k o w a l c z y k]'],
    ['a name in lower case', "what's your last name", '[NAME:kowalczyk]'],
    ['a name among words', 'May I have your full name?', "yeah it's [NAME:oluwaseun adebayo]"],
    ['a name that is a word', 'And your first name?', '[NAME:grace]'],
    ['a caller', "Who's calling?", 'uh [NAME:chance]'],
    ['an owner', 'Whose appointment is it?', "[NAME:journey]'s"],
    ['a colleague', 'Pharmacist on duty today?', '[NAME:drew]'],
    ['a name with its order', 'Your full name please.', "[NAME:will o'neal the third]"],
    ['an owner, without a mark', 'whose appointment is it', "oh it's for [NAME:temperance] my youngest"],
    ['one of several doctors', 'who ordered the test', '[NAME:balasubramanian] the kidney one'],
    ['a family name that is a word', 'And your last name?', '[NAME:Hurt].'],
    ['a name with its place', 'Who referred you?', '[NAME:Payne] over at ortho.'],
    ['a nickname', 'What would you like me to call you?', 'just [NAME:journey]'],
    ['a town with a remark', 'where did you move to', "[ADDRESS:golden], it's near denver"],
    ['a street that ends with a word', 'and your address', "it's [ADDRESS:twelve quail run]"],
    ['a mailbox', 'what comes before the at sign', '[EMAIL:peach pie nine nine]'],
    ['a town of small words', 'Which city?', '[ADDRESS:lake in the hills]'],
    ['a town that ends with a word', 'What city?', '[ADDRESS:nags head]'],
    ['an account, briefly', 'Account?', '[ACCOUNT:nine hundred twelve]'],
    [
      'a number by ear',
      "What's your phone number?",
      'um [PHONE:too five ate five five five one seven seven nine] please',
    ],
    ['a zip code by ear', 'What is your zip code?', '[ADDRESS:seven won ate three six] please'],
    ['a member id by ear', 'What is your member ID?', 'okay so [HEALTH_PLAN:to ate six nine zero for oh fore oh]'],
    ['a name with a remark', 'Your last name, please?', '[NAME:kowalczyk] with a k'],
    ['a date of birth', 'Date of birth?', '[DOB:three fourteen eighty two]'],
    ['a date of birth by month', "I'll need your date of birth.", "it's [DOB:march fourteenth]"],
    ['a date of birth, written', 'What is your DOB?', '[DOB:03/14/1982]'],
    ['a telephone number', 'What is the best number to reach you?', '[PHONE:five five five oh one four two]'],
    ['a zip code', 'and the zip?', "it's [ADDRESS:five five three one one]"],
    ['a city', 'What city are you in?', "it's [ADDRESS:maple grove]"],
    ['a city and a state', 'what city and state', '[ADDRESS:st paul minnesota]'],
    ['a street', "What's your home address?", '[ADDRESS:four twenty west maple]'],
    ['a member id', 'I need your member ID.', '[HEALTH_PLAN:w four four one nine]'],
    ['a medical record number', 'do you have your medical record number', 'yes [MRN:four four seven one]'],
    ['a card', 'Go ahead with the card number.', '[CREDIT_CARD:four one one one]'],
    ['a security code', 'And the three digit code on the back?', '[CREDIT_CARD:one two three]'],
    ['an expiry', 'Expiration date?', '[DATE:oh eight twenty seven]'],
    ['an account', 'Please tell me your account number.', '[ACCOUNT:eight eight one]'],
    ['a claim', "What's the claim number?", '[OTHER_ID:b r four four one]'],
    ['a mailbox', 'And your email address?', '[EMAIL:j smith seven seven]'],
    ['a licence', "What's your driver's license number?", '[LICENSE:d one two three]'],
    ['a vin', 'Can you read me the VIN?', '[VEHICLE:one h g c m]'],
    ['a plate', 'and the license plate', '[VEHICLE:a b c one two]'],
    ['a serial number', 'Serial number of the pump?', '[DEVICE:m m seven two two]'],
    ['a pin', 'Please enter your PIN.', '[OTHER_ID:seven three one nine]'],
    ['an age', 'How old is she?', '[AGE:ninety four]'],
  ])('%s', (_, question, answer) => {
    expectCall(`A: ${question}`, `C: ${answer}`);
  });

  it('of several things at once', () => {
    expectCall(
      'A: Can I get your name and date of birth?',
      'C: [NAME:kowalczyk]',
      'A: okay',
      'C: [DOB:three fourteen eighty two]',
    );
    expectCall(
      'A: your last name, zip code and member id please',
      'C: [NAME:kowalczyk], [ADDRESS:55311]',
      'A: mm-hm',
      'C: [HEALTH_PLAN:w four four one]',
    );
  });

  it('unless the answer says by itself what it is', () => {
    expectCall("A: I'll need your account number.", 'C: [CREDIT_CARD:4111 1111 1111 1111]');
    expectCall('A: phone number?', 'C: no but my social is [SSN:219-09-9999]');
    expectCall('A: your name?', 'C: write to [EMAIL:kowalczyk@example.com]');
  });

  it('asked by the caller, of the agent', () => {
    expectCall("C: what's my confirmation number?", "A: Sure, it's [OTHER_ID:88123].");
  });

  it('although something comes between', () => {
    expectCall(
      'A: last four of your social?',
      'C: hold on',
      'A: Sure, take your time.',
      'C: one second',
      'A: no problem',
      'C: [SSN:seven one four two]',
    );
    expectCall(
      'A: your last name?',
      'C: why do you need that',
      'A: I need that to verify your identity.',
      'C: okay [NAME:kowalczyk]',
    );
    expectCall(
      'A: Date of birth?',
      'C: can you repeat that',
      "A: I'm sorry, could you say your date of birth again?",
      'C: [DOB:three fourteen eighty two]',
    );
  });

  it.each([
    'yes',
    'no',
    "i don't know",
    'why do you need that',
    'hold on',
    'let me find it',
    'can you repeat that',
    'one moment please',
    'i have two of those',
    "no i'd rather not",
    'excuse me',
    'give me a minute',
    'it is on the other card',
    'what',
    'i already told you twice',
  ])('and "%s" is no answer', (reply) => {
    for (const question of [
      "what's your last name?",
      'last four of your social?',
      'date of birth?',
      'what city are you in?',
      "what's your email?",
      'member id?',
      "what's your address?",
      'your PIN?',
      'phone number?',
    ])
      expectCall(`A: ${question}`, `C: ${reply}`);
  });

  it('until something else is asked', () => {
    expectCall(
      'A: your last name?',
      'C: [NAME:kowalczyk]',
      'A: Thank you. How can I help you today?',
      'C: zepbound refill',
    );
    expectCall('A: how many pills are left', 'C: seven one');
  });

  it('and things have names, too', () => {
    expectCall("A: what's the name of the medication?", 'C: zepbound');
    expectCall('A: what is the pharmacy name', 'C: walgreens');
  });
});

describe('a value goes on', () => {
  it('over back-channel and turns', () => {
    expectCall(
      'A: what is your phone number?',
      'C: [PHONE:five five five]',
      'A: okay',
      'C: [PHONE:oh one two]',
      'A: mm-hm, go on',
      'C: [PHONE:double two one nine]',
      'A: So that is [PHONE:555-012-2219].',
    );
  });

  it('over repeated parts', () => {
    expectCall(
      'A: your number?',
      'C: my phone is [PHONE:five five five]',
      'A: [PHONE:five five five], got it',
      'C: [PHONE:oh one four two]',
      'A: [PHONE:oh one four two]. Thank you.',
    );
  });

  it('that was announced and not asked for', () => {
    expectCall('C: my phone number is [PHONE:five five five]', 'A: okay', 'C: [PHONE:oh one four two]');
    expectCall(
      'C: my social is',
      'A: go ahead',
      'C: [SSN:two one nine]',
      'A: uh-huh',
      'C: [SSN:oh nine]',
      'C: [SSN:nine nine nine nine]',
    );
  });

  it('that is spelled', () => {
    expectCall(
      'A: spell your last name',
      'C: [NAME:k o w]',
      'A: mm-hm',
      'C: [NAME:a l c]',
      'A: yes',
      'C: [NAME:z y k]',
      'A: Thank you, Ms. [NAME:Kowalczyk].',
    );
  });

  it('that is a mailbox', () => {
    expectCall('A: and your email?', 'C: [EMAIL:j smith seven seven]', 'A: okay', 'C: [EMAIL:at gmail dot com]');
  });

  it('that is a day', () => {
    expectCall('A: date of birth?', 'C: [DOB:march fourteenth]', 'A: okay', 'C: [DOB:nineteen eighty two]');
  });

  it('that is an address', () => {
    expectCall(
      "A: what's your address?",
      'C: [ADDRESS:four twenty west maple]',
      'A: mhm',
      'C: [ADDRESS:maple grove minnesota]',
      'A: and the zip?',
      'C: [ADDRESS:five five three one one]',
    );
  });

  it('and is put right', () => {
    expectCall(
      'A: last four of your social?',
      'C: [SSN:seven one five five]',
      'A: [SSN:seven one five five]',
      'C: no, sorry, [SSN:four four], not [SSN:five five]',
    );
  });

  it('that nothing explains, from its sixth digit', () => {
    expectCall('C: four one two', 'C: [OTHER_ID:seven seven one]', 'C: [OTHER_ID:nine]');
  });
});

describe('what was said is found again', () => {
  it('in another form', () => {
    expectCall(
      'C: my name is [NAME:Aurelia Kowalczyk] and my number is [PHONE:four one five five five five oh one three two]',
      'A: Thanks [NAME:aurelia]. I have [PHONE:(415) 555-0132], ending in [PHONE:0132], is that right?',
      "C: yes and it's spelled [NAME:k o w a l c z y k]",
      'A: Got it, Ms. [NAME:KOWALCZYK].',
    );
  });

  it('as a day of birth', () => {
    expectCall('A: date of birth?', 'C: [DOB:march fourteenth nineteen eighty two]', 'A: I have [DOB:03/14/1982].');
  });
});
