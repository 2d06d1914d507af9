import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { BACKEND_NAMES, type BackendName, type BackendProbe, probeBackend } from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import type { DoctorOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** `eft doctor`: exit 1 when no simulation backend works, since `check` could not run. */
export async function doctorCommand(options: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.probe !== undefined) return printProbe(options.probe, terminal);
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} processors`;
  terminal.out(`eft ${VERSION}, Node ${process.version} on ${machine}\n\n`);
  terminal.out('Simulation backends (eft check --backend NAME):\n');
  const probes: BackendProbe[] = [];
  const running = BACKEND_NAMES.map(startProbe);
  for (const probing of running) {
    const probe = await probing.result();
    terminal.out(`${describe(probe)}\n`);
    probes.push(probe);
  }
  const automatic = (['wasm', 'cpu'] as const).find((name) =>
    probes.some((probe) => probe.works && probe.name === name),
  );
  if (automatic)
    terminal.out(
      `\n--backend auto takes ${automatic}: weights are made on all processors, one backend a thread.\n`,
    );
  return probes.some((probe) => probe.works) ? EXIT.ok : EXIT.disagree;
}

async function printProbe(name: BackendName, terminal: Terminal): Promise<ExitCode> {
  terminal.out(`${JSON.stringify(await probeBackend(name, {}, turnToMeasure))}\n`);
  return EXIT.ok;
}

/** Until `startProbe` gives the word; at once where somebody else started this process. */
async function turnToMeasure(): Promise<void> {
  if (!process.send) return;
  await new Promise((resolve) => process.once('message', resolve));
  process.disconnect();
}

/** Ends a probe that hangs in a driver. What is always there gets more time, since nothing can be done without. */
const PATIENCE_MS: Readonly<Record<BackendName, number>> = {
  wasm: 60_000,
  cpu: 60_000,
  node: 9_000,
  webgpu: 9_000,
};

/**
 * Each backend in a process of its own (`eft doctor --probe NAME`): native libraries write what they like to standard
 * error, and a broken driver may take its process down. All load at the same time; each measures when its result is asked for.
 */
function startProbe(name: BackendName): { readonly result: () => Promise<BackendProbe> } {
  const [, program] = process.argv;
  if (program === undefined) throw new UserError('eft doctor has to be started as a command');
  const patience = PATIENCE_MS[name];
  const child = spawn(process.execPath, [program, 'doctor', '--probe', name], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: patience,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) =>
      resolve(signal ? `no answer within ${patience / 1000} s` : `its process ended with exit code ${code}`),
    );
  });
  const result = async (): Promise<BackendProbe> => {
    // One that has ended already has no need of the word.
    if (child.connected) child.send('measure', () => undefined);
    const reason = await ended;
    const said = output.stderr.trim().split('\n')[0] ?? '';
    const probe = parseProbe(output.stdout) ?? { name, works: false, reason };
    return probe.works || said === '' ? probe : { ...probe, reason: `${probe.reason}\n${said}` };
  };
  return { result };
}

function parseProbe(text: string): BackendProbe | undefined {
  try {
    return JSON.parse(text) as BackendProbe;
  } catch {
    return undefined;
  }
}

const PACKAGES: Readonly<Record<BackendName, readonly string[]>> = {
  wasm: ['@tensorflow/tfjs-backend-wasm'],
  node: ['@tensorflow/tfjs-node'],
  webgpu: ['@tensorflow/tfjs-backend-webgpu', 'webgpu'],
  cpu: ['@tensorflow/tfjs-backend-cpu'],
};

function describe(probe: BackendProbe): string {
  const answer = probe.works
    ? `yes  ${Math.round(probe.weightsPerSecond / 1e6)} million weights/s, ${probe.gigaflops.toPrecision(2)} GFLOP/s in batched products; ${probe.description}`
    : `no   ${probe.reason.replace(/^the \w+ backend does not load: /, '')}`;
  const lines = [...answer.split('\n'), PACKAGES[probe.name].map(installed).join(', ')];
  return `  ${probe.name.padEnd(8)}${lines.join(`\n${' '.repeat(15)}`)}`;
}

const require = createRequire(import.meta.url);

function installed(name: string): string {
  try {
    const manifest = readFileSync(require.resolve(`${name}/package.json`), 'utf8');
    return `${name} ${(JSON.parse(manifest) as { version: string }).version}`;
  } catch {
    return `${name} is not installed`;
  }
}
