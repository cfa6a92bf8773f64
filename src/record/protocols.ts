/** Numbers of the protocols above IP (IANA protocol-numbers). */
export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMP6 = 58;
export const SCTP = 132;

/** 0: ARP, which is not above IP. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'arp',
  [ICMP]: 'icmp',
  [TCP]: 'tcp',
  [UDP]: 'udp',
  [ICMP6]: 'icmp6',
  [SCTP]: 'sctp',
};

export const protocolName = (number: number): string => NAMES[number] ?? `ip-${number}`;

/** Protocols whose "port" is one, and not an ICMP type or a protocol number. */
export const hasPorts = (protocol: number): boolean => protocol === TCP || protocol === UDP || protocol === SCTP;
