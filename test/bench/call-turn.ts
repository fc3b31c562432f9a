/** The requests of the load: a voice agent's call to a clinic, of about the size that voice platforms really send. */

/** The planted personal data of the last message: none of it may reach the upstream through Masker. */
export const PLANTED = ['415-555-0132', '03/14/1962', 'Margaret Whitfield', 'margaret.whitfield@example.com'] as const;

interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const SYSTEM: Message = {
  role: 'system',
  content: `You are the voice assistant at the front desk of a family clinic. You speak with people on the telephone, so keep every answer to one or two short sentences, never use lists, and spell nothing unless you are asked to. Find out what the person needs: to make, move or cancel an appointment, to ask for a refill, or to leave a message for the care team. Before you change anything, ask for the full name, the date of birth and the number on file, and read them back once. Never give medical advice; for anything urgent tell the person to hang up and dial the emergency number. If the person becomes upset, say that you understand and offer to connect them with a colleague. When you have everything that you need, repeat the time and the place of the appointment and ask whether there is anything else. The clinic is open from Monday to Friday from eight to five, and on Saturday until noon. Parking is behind the building, and the entrance with the ramp is on the left side.`,
};

const TALK: readonly (readonly [user: string, assistant: string])[] = [
  [
    'Hi, I am calling about an appointment that I have some time next week.',
    'Of course, I can help you with that. Would you like to move it or to cancel it?',
  ],
  [
    'I would like to move it, if there is anything later in the week.',
    'There is room in the afternoon, at two or at half past three. Which one suits you better?',
  ],
  [
    'Half past three would be great, I have to pick up my son before that.',
    'Good. To find you in our system I need your full name, your date of birth and the number on file.',
  ],
  [
    'Do I need to bring anything along, like the card or my old results?',
    'Please bring your card, and the list of what you are taking at the moment.',
  ],
  [
    'And can I still park behind the building, or is that closed now?',
    'Yes, parking is behind the building, and the entrance with the ramp is on the left.',
  ],
  [
    'My husband may come along, he usually waits outside in the car.',
    'That is fine, he is also welcome to wait inside with you.',
  ],
  [
    'Could you also let the nurse know that I will need a refill soon?',
    'I will leave a message for the care team, and they will get back to you.',
  ],
  [
    'Will somebody call me back about that, or do I have to call again?',
    'Somebody will call you back at the number on file within two days.',
  ],
  [
    'Okay, then I think that is everything that I wanted to ask you.',
    'Then let me read the appointment back to you once more before we hang up.',
  ],
];

/** Said after three ordinary exchanges. */
const IDENTIFYING: readonly [user: string, assistant: string] = [
  `Sure, this is ${PLANTED[2]}, my date of birth is ${PLANTED[1]}, the number is ${PLANTED[0]}, and you can send the confirmation to ${PLANTED[3]} please.`,
  'Thank you, I have found you.',
];

const CALL = [...TALK.slice(0, 3), IDENTIFYING, ...TALK.slice(3)];

function request(messages: readonly Message[], stream: boolean): Buffer {
  return Buffer.from(JSON.stringify({ model: 'gpt-4o-mini', temperature: 0.3, max_tokens: 200, stream, messages }));
}

/** The request of the turn at `at`: everything said before it, and what the caller says now. */
function turn(call: typeof TALK, at: number, stream: boolean): Buffer {
  const said = call.slice(0, at + 1).flatMap(([user, assistant]): Message[] => [
    { role: 'user', content: user },
    { role: 'assistant', content: assistant },
  ]);
  return request([SYSTEM, ...said.slice(0, -1)], stream);
}

/** A turn by itself: the system prompt, six messages of history, and a last one full of personal data; about 2 kB. */
export function singleTurn(stream: boolean): Buffer {
  return turn(CALL, CALL.indexOf(IDENTIFYING), stream);
}

/** The requests of one call in order; each repeats all before it, as voice platforms do. The personal data come in the fourth. */
export function growingCall(): Buffer[] {
  return CALL.map((_, at) => turn(CALL, at, false));
}

/** Turns of a long call. */
export const LONG_CALL_TURNS = 200;
/** How often somebody in it says a number that was not said before: then the whole history is searched for it. */
const NUMBER_EVERY = 5;

/** The requests of a call of an hour, in order: the same talk again and again, no sentence twice in the same words. */
export function longCall(): Buffer[] {
  const call = Array.from({ length: LONG_CALL_TURNS }, (_, at): readonly [string, string] => {
    const [user, assistant] = CALL[at % CALL.length] ?? IDENTIFYING;
    const number = at % NUMBER_EVERY === NUMBER_EVERY - 1 ? ` You can also reach me at 415-555-${1000 + at}.` : '';
    return [`As I said ${at} sentences ago: ${user}${number}`, `That is the ${at}th answer. ${assistant}`];
  });
  return call.map((_, at) => turn(call, at, false));
}
