import { writeFileSync } from 'node:fs';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { fileError } from '../files.ts';
import { STARTER } from '../starter.ts';
import type { Terminal } from '../terminal.ts';

/** `eft new NAME`: writes the starter file into the current folder, never over an existing one. */
export function newCommand(name: string, terminal: Terminal): Promise<ExitCode> {
  const path = `${validName(name)}.eft`;
  try {
    writeFileSync(path, STARTER, { flag: 'wx' });
  } catch (error) {
    throw fileError('write', path, error);
  }
  terminal.err(`wrote ${path}\nNext: eft derive ${path}\n      eft check ${path}\n`);
  return Promise.resolve(EXIT.ok);
}

function validName(name: string): string {
  const stem = name.replace(/\.eft$/, '');
  if (/^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/.test(stem)) return stem;
  throw new UserError(
    `\`${name}\` is no name for a model: up to 100 letters, digits, - and _, and no leading -`,
  );
}
