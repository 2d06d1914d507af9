import { reportFailure } from './failure.ts';
import { fileError } from './files.ts';
import { runProgram } from './program.ts';
import { flushOutput, processTerminal, watchOutput } from './terminal.ts';

const outputFailure = watchOutput();
const terminal = processTerminal();
const code = await runProgram(process.argv.slice(2), terminal).catch((error: unknown) =>
  reportFailure(error, terminal),
);
process.exitCode = code;
await flushOutput();
const lost = outputFailure();
// Simulation backends may hold threads and devices that would keep the process alive.
process.exit(lost ? await reportFailure(fileError('write', 'the output', lost), terminal) : code);
