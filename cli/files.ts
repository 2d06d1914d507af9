import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { CompilerHost } from '../index.ts';

/** A model is a page of text; anything near this size is not one. */
const LARGEST_SOURCE = 1 << 20;
/** Above the limit the compiler states for data files, so that its message, which names the line, is the one seen. */
const LARGEST_DATA = 128 << 20;

/** Reads a model file, or standard input for `-`. Throws UserError when there is no text to be had. */
export async function readSource(path: string, input: Readable): Promise<SourceFile> {
  if (path === '-') return { name: '<stdin>', text: decode(await readAll(input), 'standard input') };
  return { name: path, text: decode(readBytes(path, LARGEST_SOURCE), path) };
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

/** Writes a file of ours, over what an earlier run left, into a folder that is made when it is not there. */
export function writeIntoFolder(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw fileError('write', path, error);
  }
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** `cannot read x.eft: there is no such file` for the errors people meet, the system's words otherwise. */
export function fileError(action: string, path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new UserError(`cannot ${action} ${path}: ${REASONS[error.code ?? ''] ?? error.message}`);
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
    if (size > limit) throw tooLarge(path, size, limit);
    return readFileSync(path);
  } catch (error) {
    throw fileError('read', path, error);
  }
}

async function readAll(input: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > LARGEST_SOURCE) throw tooLarge('standard input', size, LARGEST_SOURCE);
  }
  return Buffer.concat(chunks);
}

function tooLarge(path: string, size: number, limit: number): UserError {
  return new UserError(`cannot read ${path}: ${size} bytes is over the limit of ${limit} bytes`);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`cannot read ${name}: it is not UTF-8 text`);
  }
}
