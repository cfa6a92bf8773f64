/** Numbers of the protocols above IP (IANA protocol-numbers). */
export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMP6 = 58;
export const SCTP = 132;
