import { type BackendProbe, probeBackends } from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** `eft doctor`: exit 1 when no simulation backend works, since `check` could not run. */
export async function doctorCommand(terminal: Terminal): Promise<ExitCode> {
  terminal.out(`eft ${VERSION}, Node ${process.version} on ${process.platform} ${process.arch}\n\n`);
  terminal.out('Simulation backends (eft check --backend NAME):\n');
  const probes = await probeBackends();
  for (const probe of probes) terminal.out(`${describe(probe)}\n`);
  return probes.some((probe) => probe.works) ? EXIT.ok : EXIT.disagree;
}

function describe(probe: BackendProbe): string {
  const name = `  ${probe.name.padEnd(8)}`;
  if (!probe.works) return `${name}no   ${probe.reason.replaceAll('\n', `\n${' '.repeat(15)}`)}`;
  return `${name}yes  ${probe.gigaflops.toFixed(1)} GFLOP/s in batched products; ${probe.description}`;
}
