/** Whether what is sent to the address can be read on the way: plain http to another machine. */
export function isReadableOnTheWay({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
