/** One detector in a process that may be killed: is told the name of an input, answers with milliseconds. */
import { HOSTILE_INPUTS } from './hostile-inputs.ts';
import type { HostileName } from './hostile-inputs.ts';
import { loadPeer } from './peers.ts';
import type { PeerName } from './peers.ts';

const name = process.argv[2] as PeerName | 'masker';
const work = name === 'masker' ? await maskerWork() : (await loadPeer(name)).work;

async function maskerWork(): Promise<(text: string) => unknown> {
  const [{ detect }, { DEFAULT_RULES }, { warmUpDetection }] = await Promise.all([
    import('../../src/detection/detection.ts'),
    import('../../src/detection/rules.ts'),
    import('../../src/detection/warm-up.ts'),
  ]);
  warmUpDetection();
  return (text) => detect(text, DEFAULT_RULES);
}

async function time(input: HostileName): Promise<void> {
  const begun = performance.now();
  let failed = false;
  try {
    await work(HOSTILE_INPUTS[input]);
  } catch {
    failed = true; // a package that gives up has leaked the text all the same
  }
  process.send?.({ milliseconds: performance.now() - begun, failed });
}

process.on('message', (input) => {
  void time(input as HostileName);
});
process.send?.('ready');
