import { describe, expect, it } from 'vitest';
import { mark, only, readMarked } from '../marked.ts';

describe('devices', () => {
  it.each([
    '[DEVICE:00:1B:44:11:3A:B7]',
    'mac address [DEVICE:00-1B-44-11-3A-B7]',
    'mac address [DEVICE:f4 5e ab 01 23 99]',
    'the hardware address reads [DEVICE:AA BB CC 11 22 33] on the label',
    'the MAC address is [DEVICE:A A colon B B colon C C colon 1 1 colon 2 2 colon 3 3]',
    '[DEVICE:001b.4411.3ab7]',
    'imei [DEVICE:490154203237518]',
    'the handset [DEVICE:490154203237518] itself',
    'serial number [DEVICE:SN-998-2231]',
    'my serial number is [DEVICE:g t 4 4 8 1 2]',
    'pump serial number [DEVICE:8821334]',
    'UDI [DEVICE:(01)00643169007222(17)160712(21)A1B2]',
    '[DEVICE:+A123BJC5D6E71/$+420020216LOT123]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('confirms an IMEI by its check digit', () => {
    expect(only('imei 490154203237518', 'DEVICE').validated).toBe(true);
    expect(only('imei 490154203237519', 'DEVICE').validated).toBe(false);
  });

  it.each([
    'my device is broken',
    'the pump runs 24 hours',
    'change the sensor every 10 days',
    '12:30:45',
    'de:ad:be:ef',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
