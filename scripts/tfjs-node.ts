/**
 * `npm run tfjs-node [WHEEL]`: builds the binding of @tensorflow/tfjs-node against the TensorFlow of a Python wheel, for development where the
 * library that its installer downloads is out of reach. The wheel is the one named, or what `pip download tensorflow-cpu` gives.
 * Needs Linux, python3, make, a C++ compiler, and the headers of Node, beside it or named by npm_config_nodedir.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PACKAGE = resolve('node_modules/@tensorflow/tfjs-node');
/** The newest of package.json's that every supported Node has. */
const NAPI_VERSION = 8;

/** What the wheel's libraries are called, and the names that the binding looks for. */
const LINKS: readonly (readonly [target: string, names: readonly string[]])[] = [
  ['libtensorflow_cc.so.2', ['libtensorflow.so', 'libtensorflow.so.2']],
  ['libtensorflow_framework.so.2', ['libtensorflow_framework.so']],
];

/** Unpacks the two libraries and the headers of the C interface, which are a small part of a wheel. */
const UNPACK = `
import shutil, sys, zipfile
from pathlib import Path, PurePosixPath
wheel, target = sys.argv[1], Path(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        path = PurePosixPath(name)
        if path.parts[:2] == ('tensorflow', 'include') and path.suffix == '.h':
            place = target / 'include' / PurePosixPath(*path.parts[2:])
        elif len(path.parts) == 2 and path.name in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'):
            place = target / 'lib' / path.name
        else:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, open(place, 'wb') as copy:
            shutil.copyfileobj(source, copy)
`;

function run(command: string, args: readonly string[], cwd = PACKAGE): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(1);
}

function downloadedWheel(into: string): string {
  run('python3', ['-m', 'pip', 'download', 'tensorflow-cpu', '--no-deps', '--dest', into], into);
  const wheel = readdirSync(into).find((name) => name.endsWith('.whl'));
  return wheel === undefined ? fail('pip downloaded no wheel') : join(into, wheel);
}

/** npm brings node-gyp along. */
function nodeGyp(): string {
  const npm = process.env['npm_execpath'] ?? '';
  try {
    return createRequire(realpathSync(npm)).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return fail('node-gyp was not found beside npm: start this as `npm run tfjs-node`');
  }
}

/** Where Node's headers are, so that none are downloaded. */
function headers(): readonly string[] {
  const prefix = process.env['npm_config_nodedir'] ?? dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

function buildFrom(wheel: string): void {
  for (const folder of ['deps', 'build', 'lib'])
    rmSync(join(PACKAGE, folder), { recursive: true, force: true });
  mkdirSync(join(PACKAGE, 'deps'));
  run('python3', ['-c', UNPACK, wheel, join(PACKAGE, 'deps')]);
  for (const [target, names] of LINKS)
    for (const name of names) symlinkSync(target, join(PACKAGE, 'deps/lib', name));
  run(process.execPath, [
    nodeGyp(),
    'rebuild',
    ...headers(),
    `--napi_build_version=${NAPI_VERSION}`,
    '--module_name=tfjs_binding',
    `--module_path=${join(PACKAGE, `lib/napi-v${NAPI_VERSION}`)}`,
  ]);
}

if (process.platform !== 'linux') fail('wheels are laid out like this on Linux only');
// npm leaves an optional package out when its installer fails.
if (!existsSync(PACKAGE)) {
  const install = ['install', '--no-save', '--ignore-scripts', '@tensorflow/tfjs-node@4.22.0'];
  run('npm', install, process.cwd());
}
const scratch = mkdtempSync(join(tmpdir(), 'tfjs-node-'));
try {
  const [named] = process.argv.slice(2);
  buildFrom(named === undefined ? downloadedWheel(scratch) : resolve(named));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
run(process.execPath, ['bin/eft.js', 'doctor', '--probe', 'node'], process.cwd());
