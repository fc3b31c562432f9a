/** The first page: what the report is about, when it was made, and the root that ties it to the journal. */
import type { Report } from '../report.ts';
import { code, note, pairs } from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS, PAGE } from './theme.ts';

/** What a report is about, in words. */
export function scopeText({ scope, session_id: sessionId, agent_id: agentId, agents }: Report): string {
  switch (scope) {
    case 'session':
      return `Session ${sessionId ?? ''}`;
    case 'agent':
      return `Agent ${agents[0]?.name ?? agentId ?? ''}`;
    case 'account':
      return 'All agents of the account';
  }
}

/** `signer`: whose signature the file will have; null for none. */
export function cover(report: Report, signer: string | null): Content[] {
  return [
    {
      canvas: [
        { type: 'rect', x: 0, y: 0, w: PAGE.width, h: 252, color: COLOURS.ink },
        { type: 'rect', x: 0, y: 252, w: PAGE.width, h: 5, color: COLOURS.accent },
      ],
      absolutePosition: { x: 0, y: 0 },
    },
    { text: 'MASKER AUDIT', color: '#9FD3D3', fontSize: 9, bold: true, characterSpacing: 2, margin: [0, 22, 0, 26] },
    { text: 'Compliance report', color: '#FFFFFF', fontSize: 32, bold: true },
    {
      text: 'De-identification of calls before they reach a language model',
      color: '#C9D2E0',
      fontSize: 12,
      margin: [0, 4, 0, 0],
    },
    { text: scopeText(report), color: '#FFFFFF', fontSize: 11, margin: [0, 18, 0, 0] },
    { ...particulars(report, signer), margin: [0, 86, 0, 0] },
    {
      text: 'This document and the bundle that is attached to it state the same. The attachment can be checked offline with masker-verify, without trusting the operator of Masker.',
      style: 'note',
      margin: [0, 20, 0, 0],
    },
    ...(signer === null
      ? []
      : [
          note(
            'This file also has an electronic signature (PAdES) by the subject that is named above. masker-verify does not check that signature: a PDF reader does, against certificates that you trust.',
          ),
        ]),
    { text: 'Contents', style: 'heading', pageBreak: 'before', fontSize: 17, margin: [0, 0, 0, 10] },
    {
      toc: {
        textMargin: [0, 0, 0, 7],
        textStyle: { fontSize: 10.5, color: COLOURS.text },
        numberStyle: { fontSize: 10.5, color: COLOURS.quiet },
      },
    },
  ];
}

/** The identifiers and times of the report, line by line. */
function particulars(report: Report, signer: string | null): ReturnType<typeof pairs> {
  const value = (text: string): Content => ({ text, style: 'value' });
  return pairs([
    ['Report ID', code(report.id)],
    ['Scope', value(report.scope)],
    ...(report.session_id === undefined ? [] : [['Session ID', code(report.session_id)] as const]),
    ...(report.agent_id === undefined ? [] : [['Agent ID', code(report.agent_id)] as const]),
    ['Agents', value(agentsText(report))],
    ['Window, since', value(report.window.since)],
    ['Window, until', value(report.window.until)],
    ['Generated at', value(report.generated_at)],
    ['Detector', value(report.detector.version)],
    ['Merkle root', code(report.merkle_root_hex)],
    ['Signing key ID', code(report.signature.key_id)],
    ...(signer === null ? [] : [['PDF signed by', value(signer)] as const]),
  ]);
}

function agentsText({ agents }: Report): string {
  if (agents.length === 0) return 'none';
  return agents.length === 1 ? (agents[0]?.name ?? '') : `${agents.length}, listed in the appendix`;
}
