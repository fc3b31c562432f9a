#!/usr/bin/env bash
# Importing pdfjs-dist 5.6.205's legacy build, the one for Node 20, replaces JSON.parse and JSON.stringify in the whole
# process by functions in JavaScript. Node 20 has no JSON.rawJSON, so the bundled polyfill takes both for incomplete. Each
# part of the process that reads JSON afterwards pays for it, though it has nothing to do with PDF: a server whose tests read
# one PDF parsed a 60 MB answer in 50 seconds instead of two, with a heap of 1.7 GB. A thread of its own contains it.
#
# Seen on Node 20.20.2, parsing one string of 4 MB:
#   native before: true, native after: false, at least 5 times slower: true
# Exits with 0 while this is so, and with 1 when the versions installed here do something else.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --save-exact pdfjs-dist@5.6.205
cat >json.mjs <<'JS'
const text = JSON.stringify('y'.repeat(4_000_000));
const isNative = () => `${JSON.parse}`.includes('[native code]') && `${JSON.stringify}`.includes('[native code]');
const fastest = () => {
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    JSON.parse(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...times);
};
const [nativeBefore, before] = [isNative(), fastest()];
await import('pdfjs-dist/legacy/build/pdf.mjs');
const [nativeAfter, after] = [isNative(), fastest()];
console.log(
  `native before: ${nativeBefore}, native after: ${nativeAfter}, at least 5 times slower: ${after >= 5 * before}`,
);
JS
seen=$(node json.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = "native before: true, native after: false, at least 5 times slower: true" ]
