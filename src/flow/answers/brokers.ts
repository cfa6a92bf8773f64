import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, Composed, indexOf, startsWith, word32 } from './text.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();

/* MQTT CONNACK: 20, length; 3.1.1: 2, flags, code (section 3.2 of the OASIS standard); 5.0: properties behind it. */
const CONNACK = ascii('CONNACK ');
const mqttNumber = service('mqtt');
export const mqtt: Parser = {
  name: 'mqtt',
  first: [0x20],
  read: (bytes, at, end, found) => {
    if (end - at < 4 || bytes[at + 1] !== end - at - 2 || bytes[at + 2] > 1) return false;
    composed.begin(CONNACK).decimal(bytes[at + 3]);
    return found.set(Told.description, mqttNumber, composed.bytes, 0, composed.used);
  },
};

/*
 * AMQP 0-9-1 (sections 4.2.2, 4.2.3, 1.4.2.1): "AMQP" 0 0 9 1 when the client spoke another version; else
 *   frame = type 8 (1), channel 16, size 32, class 16 (10), method 16 (10), versions 16, table …
 *   field = name (size 8, text), "S", size 32, text
 */
const AMQP = ascii('AMQP');
const PRODUCT = Uint8Array.of(7, ...ascii('productS'));
const VERSION = Uint8Array.of(7, ...ascii('versionS'));
const SPACE = ascii(' ');
const amqpNumber = service('amqp');
export const amqp: Parser = {
  name: 'amqp',
  first: [1, 65],
  read: (bytes, at, end, found) => {
    if (end - at < 8) return false;
    if (startsWith(bytes, at, end, AMQP)) {
      composed
        .begin(AMQP)
        .add(SPACE, 0, 1)
        .decimal(bytes[at + 5])
        .add(SPACE, 0, 1)
        .decimal(bytes[at + 6]);
      composed.add(SPACE, 0, 1).decimal(bytes[at + 7]);
      return found.set(Told.version, amqpNumber, composed.bytes, 0, composed.used);
    }
    if (end - at < 13 || bytes[at] !== 1 || word32(bytes, at + 7) !== 0x000a000a) return false;
    composed.begin(SPACE);
    composed.used = 0;
    field(bytes, at + 13, end, PRODUCT);
    composed.add(SPACE, 0, composed.used > 0 ? 1 : 0);
    field(bytes, at + 13, end, VERSION);
    return found.set(Told.version, amqpNumber, composed.bytes, 0, composed.used);
  },
};

/** Adds the text of a field of the table, if it is there. */
function field(bytes: Uint8Array, at: number, end: number, name: Uint8Array): void {
  const start = indexOf(bytes, at, end, name) + name.length;
  if (start < at || start + 4 > end) return;
  const size = word32(bytes, start);
  if (size <= end - start - 4 && size < 128) composed.add(bytes, start + 4, start + 4 + size);
}
