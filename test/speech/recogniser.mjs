// Recognises with pocketsphinx: its models are for 16,000 frames a second.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const wav = readFileSync(process.argv[2]);
const [rate, at] = [wav.readUInt32LE(24), wav.indexOf('data') + 8];
const count = (wav.length - at) >> 1;
const out = Buffer.alloc(44 + 2 * Math.floor((count * 16000) / rate));
wav.copy(out, 0, 0, 44);
out.writeUInt32LE(out.length - 8, 4);
out.writeUInt32LE(16000, 24);
out.writeUInt32LE(32000, 28);
out.write('data', 36);
out.writeUInt32LE(out.length - 44, 40);
for (let n = 0; 44 + 2 * n < out.length; n++) {
  const from = (n * rate) / 16000;
  const [low, part] = [Math.floor(from), from % 1];
  const sample = (index) => wav.readInt16LE(at + 2 * Math.min(index, count - 1));
  out.writeInt16LE(Math.round(sample(low) * (1 - part) + sample(low + 1) * part), 44 + 2 * n);
}
const folder = mkdtempSync(path.join(tmpdir(), 'speech-'));
const file = path.join(folder, 'at-16000.wav');
writeFileSync(file, out);
const { stdout, status } = spawnSync(
  'pocketsphinx_continuous',
  ['-infile', file, '-time', 'yes', '-jsgf', path.join(import.meta.dirname, 'call.jsgf'), '-logfn', '/dev/null'],
  { encoding: 'utf8' },
);
rmSync(folder, { recursive: true });
const words = [];
for (const line of stdout.split('\n')) {
  const [, word, start, end] = /^([a-z'.]+)(?:\(\d+\))? ([\d.]+) ([\d.]+) [\d.]+$/.exec(line) ?? [];
  if (word) words.push({ word, start: Number(start), end: Number(end) });
}
process.stdout.write(JSON.stringify({ words }));
process.exitCode = status ?? 1;
