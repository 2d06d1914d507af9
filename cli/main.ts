import { reportFailure } from './failure.ts';
import { runProgram } from './program.ts';
import { flushOutput, processTerminal, surviveClosedPipes } from './terminal.ts';

surviveClosedPipes();
const terminal = processTerminal();
const code = await runProgram(process.argv.slice(2), terminal).catch((error: unknown) =>
  reportFailure(error, terminal),
);
process.exitCode = code;
await flushOutput();
// Simulation backends may hold threads and devices that would keep the process alive.
process.exit(code);
