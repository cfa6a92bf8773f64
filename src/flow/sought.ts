import { Key } from './layout.ts';

// Hot: `set` for every packet that no flow is found for.

/** Who of the two ends asks, where that is part of the key. */
export const Asker = { none: 0, sender: 1, receiver: 2 } as const;

/** The key of the flow that is looked for, in the order in which both directions have the same words. */
export class SoughtKey {
  /** words of the key: ends (an IPv4 address or the id of an IPv6 address), ports, and protocol with Key bits */
  low = 0;
  high = 0;
  ports = 0;
  last = 0;
  hash = 0;
  /** the sender is the end that stands second */
  senderIsHigh = false;

  #senderPort = 0;
  #receiverPort = 0;
  #asker: number = Asker.none;

  /**
   * @param sender what the sender's end is called, as the receiver's
   * @param last protocol, type, Key bits without `highAsks`
   * @param asker one of Asker
   */
  set(sender: number, receiver: number, senderPort: number, receiverPort: number, last: number, asker: number): void {
    this.#senderPort = senderPort;
    this.#receiverPort = receiverPort;
    this.last = last;
    this.#asker = asker;
    this.rename(sender, receiver);
  }

  /** The same key with other names for the two ends. */
  rename(sender: number, receiver: number): void {
    const isHigh = sender > receiver || (sender === receiver && this.#senderPort > this.#receiverPort);
    this.senderIsHigh = isHigh;
    this.low = isHigh ? receiver : sender;
    this.high = isHigh ? sender : receiver;
    this.ports = isHigh ? (this.#receiverPort << 16) | this.#senderPort : (this.#senderPort << 16) | this.#receiverPort;
    this.last &= ~Key.highAsks;
    if (this.#asker !== Asker.none && isHigh === (this.#asker === Asker.sender)) this.last |= Key.highAsks;
  }
}
