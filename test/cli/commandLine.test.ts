import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../cli/version.ts';
import { eft, ROOT } from './eft.ts';

const COMMANDS = ['derive', 'flow', 'check', 'fmt', 'doctor', 'new'];

describe('help and version', () => {
  it('prints the help on standard output', async () => {
    const { code, stdout, stderr } = await eft(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  });

  it('prints the help on standard error and fails when no command is given', async () => {
    const { code, stdout, stderr } = await eft([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: eft');
  });

  it.each(COMMANDS)('has a help for %s', async (command) => {
    const { code, stdout } = await eft([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: eft ${command}`);
  });

  it('states the version of the package', async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(VERSION).toBe(manifest.version);
    expect(await eft(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });
});

describe('a wrong command line', () => {
  it.each([
    [['chek'], "unknown command 'chek'", 'Did you mean check?'],
    [['derive', 'm.eft', '--formt', 'text'], "unknown option '--formt'", 'Did you mean --format?'],
    [['derive', 'm.eft', '--format', 'pdf'], "argument 'pdf' is invalid", 'text, latex, json'],
    [['derive'], "missing required argument 'FILE'", '--help'],
    [['derive', 'a.eft', 'b.eft'], 'too many arguments', '--help'],
    [['derive', 'm.eft', '--order', '-1'], '--order takes an integer from 0 to 6', '`-1`'],
    [['derive', 'm.eft', '--order', 'two'], '--order takes an integer', '`two`'],
    [['check', 'm.eft', '--networks', '0'], '--networks takes an integer from 2 to', '`0`'],
    [['check', 'm.eft', '--seed', '1.5'], '--seed takes an integer from 0 to', '`1.5`'],
    [['check', 'm.eft', '--backend', 'gpu'], "argument 'gpu' is invalid", 'wasm'],
    [['flow', 'm.eft', '--set', 'C_W'], '--set takes NAME=VALUE', '`C_W`'],
    [['flow', 'm.eft', '--set', 'L=2', '--set', 'L=3'], '--set gives `L` twice', ''],
    [['flow', 'm.eft', '--set'], "option '--set <NAME=VALUE>' argument missing", ''],
  ])('%j is refused with exit code 2', async (args, message, help) => {
    const { code, stdout, stderr } = await eft(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(help);
  });
});
