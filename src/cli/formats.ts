import { inputs } from '../input/index.ts';
import { OUTPUTS } from '../output/index.ts';
import type { Ports } from './ports.ts';

const line = ({ name, about }: { readonly name: string; readonly about: string }): string =>
  `  ${name.padEnd(10)}${about}\n`;

/** Prints what can be read and written. */
export function formats(ports: Ports): void {
  ports.stdout.write(`Read (each may be compressed with gzip or zstd)\n${inputs.map(line).join('')}`);
  ports.stdout.write(`\nWritten\n${OUTPUTS.map(line).join('')}`);
}
