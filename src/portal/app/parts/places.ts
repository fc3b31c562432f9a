/** Places of texts in a request, in words. */

/** Says which text a JSON Pointer names, as people count: `/messages/2/content` is message 3. */
export function placeOf(path: string): string {
  const message = /^\/messages\/(\d+)\/content(?:\/(\d+))?/.exec(path);
  if (message !== null) {
    const part = message[2] === undefined ? '' : `, part ${Number(message[2]) + 1}`;
    return `Message ${Number(message[1]) + 1}${part}`;
  }
  const call = /^\/messages\/(\d+)\/tool_calls\/(\d+)/.exec(path);
  if (call !== null) return `Message ${Number(call[1]) + 1}, tool call ${Number(call[2]) + 1}`;
  const item = /^\/input\/(\d+)/.exec(path);
  if (item !== null) return `Input ${Number(item[1]) + 1}`;
  if (path === '/input') return 'Input';
  if (path === '/instructions') return 'Instructions';
  return path;
}
