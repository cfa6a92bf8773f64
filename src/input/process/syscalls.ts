/** System calls that are read. */
export const Call = { other: 0, execute: 1, connect: 2, accept: 3, bind: 4 } as const;

const { execute, connect, accept, bind } = Call;

/**
 * Numbers of system calls by architecture, which is written as the ELF machine with bits for 64-bit and little-endian
 * (linux/audit.h, AUDIT_ARCH_…; the tables of the kernel under arch/.../syscalls and asm-generic/unistd.h).
 */
const GENERIC: readonly (readonly [number, number])[] = [
  [221, execute],
  [281, execute],
  [203, connect],
  [202, accept],
  [242, accept],
  [200, bind],
];
const CALLS: ReadonlyMap<string, ReadonlyMap<number, number>> = new Map([
  // x86-64
  [
    'c000003e',
    new Map([
      [59, execute],
      [322, execute],
      [42, connect],
      [43, accept],
      [288, accept],
      [49, bind],
    ]),
  ],
  // i386
  [
    '40000003',
    new Map([
      [11, execute],
      [358, execute],
      [362, connect],
      [364, accept],
      [361, bind],
    ]),
  ],
  // aarch64, riscv64
  ['c00000b7', new Map(GENERIC)],
  ['c00000f3', new Map(GENERIC)],
  // arm
  [
    '40000028',
    new Map([
      [11, execute],
      [387, execute],
      [283, connect],
      [285, accept],
      [366, accept],
      [282, bind],
    ]),
  ],
  // ppc64le
  [
    'c0000015',
    new Map([
      [11, execute],
      [362, execute],
      [328, connect],
      [330, accept],
      [344, accept],
      [327, bind],
    ]),
  ],
  // s390x
  [
    '80000016',
    new Map([
      [11, execute],
      [354, execute],
      [362, connect],
      [364, accept],
      [361, bind],
    ]),
  ],
]);

/** socketcall(2) of i386: its first argument says which. */
const SOCKETCALLS: ReadonlyMap<number, number> = new Map([
  [2, bind],
  [3, connect],
  [5, accept],
  [18, accept],
]);

const NAMES: ReadonlyMap<string, number> = new Map([
  ['execve', execute],
  ['execveat', execute],
  ['connect', connect],
  ['accept', accept],
  ['accept4', accept],
  ['bind', bind],
]);

/**
 * Which call a record is about.
 *
 * @param number decimal, or a name as `ausearch -i` writes it
 * @param name the name, where the log is enriched
 * @param first first argument, hexadecimal
 */
export function callOf(arch: string, number: string, name: string, first: string): number {
  const named = NAMES.get(name) ?? NAMES.get(number);
  if (named !== undefined) return named;
  if (arch === '40000003' && number === '102') return SOCKETCALLS.get(Number.parseInt(first, 16)) ?? Call.other;
  return CALLS.get(arch)?.get(Number(number)) ?? Call.other;
}
