import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { CompilerHost } from '../index.ts';

/** A model is a page of text; anything near this size is not one. */
const LARGEST_SOURCE = 1 << 20;
/** Above the limit the compiler states for data files, so that its message, which names the line, is the one seen. */
const LARGEST_DATA = 128 << 20;
/** Arrays that a user hands over by name; Node reads no file of 2 GiB. */
const LARGEST_ARRAY = 2 ** 31 - 1;

/** Reads a model file, or standard input for `-`. Throws UserError when there is no text to be had. */
export async function readSource(path: string, input: Readable): Promise<SourceFile> {
  if (path === '-') return { name: '<stdin>', text: decode(await readAll(input), 'standard input') };
  return { name: path, text: decode(readBytes(path, LARGEST_SOURCE), path) };
}

/** A text of any size that data may have. */
export function readText(path: string): string {
  return decode(readBytes(path, LARGEST_DATA), path);
}

/**
 * The files a model may read: those in the folder tree of `path` (of the current folder for standard input),
 * symbolic links resolved before the decision.
 */
export function hostFor(path: string): CompilerHost {
  const root = path === '-' ? process.cwd() : dirname(resolve(path));
  return {
    readText: (name) => {
      try {
        const target = realpathSync(resolve(root, name));
        if (!isInside(target, realpathSync(root))) return undefined;
        return decode(readBytes(target, LARGEST_DATA), name);
      } catch (error) {
        if (error instanceof UserError || isSystemError(error)) return undefined;
        throw error;
      }
    },
  };
}

/** A data file that the command line names. */
export function readDataBytes(path: string): Uint8Array {
  return readBytes(path, LARGEST_ARRAY);
}

/** Writes a file of ours, over what an earlier run left, into a folder that is made when it is not there. */
export function writeIntoFolder(folder: string, name: string, content: string | Uint8Array): void {
  writeResult(join(folder, name), content);
}

/** Writes what a command was asked to write to `path`; folders on the way are made. */
export function writeResult(path: string, content: string | Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw fileError('write', path, error);
  }
}

/**
 * The new text is complete before it takes the place of the old one: a full disk or a Ctrl-C never leaves half a
 * file. Where the folder allows no second file, the file itself is written.
 */
export function replaceFile(path: string, text: string): void {
  try {
    const target = realpathSync(path);
    const fresh = `${target}.${process.pid}.new`;
    try {
      accessSync(target, constants.W_OK);
      writeFileSync(fresh, text, { flag: 'wx', mode: statSync(target).mode });
      renameSync(fresh, target);
    } catch (error) {
      rmSync(fresh, { force: true });
      if (!isSystemError(error) || !NO_SECOND_FILE.has(error.code ?? '')) throw error;
      writeFileSync(target, text);
    }
  } catch (error) {
    throw fileError('write', path, error);
  }
}

const NO_SECOND_FILE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY']);

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** `cannot read x.eft: there is no such file` for the errors people meet, the system's words otherwise. */
export function fileError(action: string, path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new UserError(
    `cannot ${action} ${path === '' ? '""' : path}: ${REASONS[error.code ?? ''] ?? error.message}`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'it exists already',
};

function isInside(target: string, root: string): boolean {
  const path = relative(root, target);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function readBytes(path: string, limit: number): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > limit) throw tooLarge(path, limit, size);
    return readUpTo(path, limit);
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/** Piece by piece: a pipe or a device does not say how much it holds. */
function readUpTo(path: string, limit: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ;) {
      const chunk = Buffer.allocUnsafe(1 << 16);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      size += count;
      if (size > limit) throw tooLarge(path, limit);
    }
  } finally {
    closeSync(file);
  }
}

async function readAll(input: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > LARGEST_SOURCE) throw tooLarge('standard input', LARGEST_SOURCE);
  }
  return Buffer.concat(chunks);
}

function tooLarge(path: string, limit: number, size?: number): UserError {
  const found = size === undefined ? 'it' : `${size} bytes`;
  return new UserError(`cannot read ${path}: ${found} is over the limit of ${limit} bytes`);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`cannot read ${name}: it is not UTF-8 text`);
  }
}
