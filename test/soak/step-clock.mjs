// Loaded into a node before its own code: the parent can step its wall clock. The monotonic clock goes on, as on a real machine.
const RealDate = Date;
const realNow = Date.now;
let offsetMs = 0;

RealDate.now = () => realNow() + offsetMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget),
  apply: (target) => new target(target.now()).toString(),
});

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'clockOffsetMs' in message) offsetMs = message.clockOffsetMs;
});
