#!/usr/bin/env bash
# Importing pdfjs-dist 5.6.205's legacy build, the one for Node 20, replaces JSON.parse and JSON.stringify in the whole
# process by functions in JavaScript. Node 20 has no JSON.rawJSON, so the bundled polyfill takes both for incomplete. Each
# part of the process that writes JSON afterwards pays for it, or reads JSON with a reviver, though it has nothing to do with
# PDF: in a process that had read one PDF, a server took 50 seconds for an answer of 60 MB instead of two, and 1.7 GB of heap.
# A thread of its own contains it.
#
# Seen on Node 20.20.2, with one string of a million characters:
#   same functions afterwards: false; at least 5 times slower: stringify true, parse with a reviver true, plain parse false
# Exits with 0 while this is so, and with 1 when the versions installed here do something else.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --save-exact pdfjs-dist@5.6.205
cat >json.mjs <<'JS'
const { parse, stringify } = JSON;
await import('pdfjs-dist/legacy/build/pdf.mjs');
const text = stringify('y'.repeat(1_000_000));
const fastest = (work) => {
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...times);
};
const isSlow = (before, after) => fastest(after) >= 5 * fastest(before);
const same = (_, value) => value;
console.log(
  `same functions afterwards: ${parse === JSON.parse && stringify === JSON.stringify}; at least 5 times slower:`,
  `stringify ${isSlow(() => stringify(text), () => JSON.stringify(text))},`,
  `parse with a reviver ${isSlow(() => parse(text, same), () => JSON.parse(text, same))},`,
  `plain parse ${isSlow(() => parse(text), () => JSON.parse(text))}`,
);
JS
seen=$(node json.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = "same functions afterwards: false; at least 5 times slower: stringify true, parse with a reviver true, plain parse false" ]
