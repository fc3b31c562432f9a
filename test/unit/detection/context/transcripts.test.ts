/** Transcripts inside one text: each turn is read as the answer to the one before it. */
import { describe, expect, it } from 'vitest';
import { masked } from '../documents/masked.ts';

describe('detect, for a text with a line for each turn', () => {
  it.each([
    ['Agent', 'Caller'],
    ['AI', 'User'],
    ['assistant', 'user'],
    ['[00:01:22] Agent', '[00:01:25] Caller'],
    ['**Agent** (00:12)', '**Caller** (00:15)'],
    ['Speaker 0', 'Speaker 1'],
  ])('masks short answers where the lines begin with %s and %s', (agent, caller) => {
    const text = [
      `${agent}: Last four of your social?`,
      `${caller}: 7734`,
      `${agent}: What is your last name?`,
      `${caller}: day`,
      `${agent}: What city?`,
      `${caller}: mobile`,
    ].join('\n');
    expect(masked(text)).toBe(
      text.replace('7734', '<SSN 7734>').replace('day', '<NAME day>').replace('mobile', '<ADDRESS mobile>'),
    );
  });

  it('masks a number that the caller says in several turns', () => {
    const said = [
      'Agent: and the social?',
      'Caller: <SSN nine oh one>',
      'Caller: <SSN five five>',
      'Caller: <SSN 7734>',
    ];
    const text = said.map((line, at) => `[00:01:2${at}] ${line}`).join('\n');
    expect(masked(text.replace(/<SSN ([^>]+)>/g, '$1'))).toBe(text);
  });

  it('keeps answers that are no identifiers', () => {
    const text = 'Agent: How much do you weigh?\nCaller: 184\nAgent: Which medication?\nCaller: lisinopril 20';
    expect(masked(text)).toBe(text);
  });

  it('reads no answer where only one line names a speaker', () => {
    expect(masked('Agent: What is your last name?\nday')).toBe('Agent: What is your last name?\nday');
  });
});
