import { Command, CommanderError, Option } from 'commander';
import { EXIT, type ExitCode } from './exitCodes.ts';
import {
  type AdviseOptions,
  type CheckOptions,
  collectAssignment,
  collectNames,
  type CriticalOptions,
  type DeriveOptions,
  type DoctorOptions,
  type FlowOptions,
  type FormatOptions,
  type PhaseOptions,
  integerOption,
  type KernelOptions,
  MAX_NETWORKS,
  type PlotOptions,
  type ReportOptions,
} from './options.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** What a command's action gives back; its module is loaded only when the command is the one asked for. */
type Finish = (code: ExitCode) => void;

/**
 * Parses the command line and runs the command it names. Wrong commands and options have been reported when
 * this resolves to `badInput`; whatever a command throws passes through.
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    await createProgram(terminal, (result) => (code = result)).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
}

function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('eft')
    .description(
      'The effective field theory of deep neural networks: derive the 1/n recursions of a .eft file, ' +
        'evaluate them, and check them against simulated networks.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('Run with --help to see what is accepted.')
    .addHelpText('after', GENERAL_HELP)
    .exitOverride();
  addDerive(program, terminal, finish);
  addFlow(program, terminal, finish);
  addCritical(program, terminal, finish);
  addUniversality(program, terminal, finish);
  addPhase(program, terminal, finish);
  addAdvise(program, terminal, finish);
  addCheck(program, terminal, finish);
  addPlot(program, terminal, finish);
  addReport(program, terminal, finish);
  addKernel(program, terminal, finish);
  addFormat(program, terminal, finish);
  addDoctor(program, terminal, finish);
  addNew(program, terminal, finish);
  return program;
}

const GENERAL_HELP = `
FILE may be - for standard input. Results go to standard output, messages to
standard error.

Exit status:
    0  fine; the check agrees
    1  the check disagrees; fmt --check found differences
    2  bad input
    3  the check was too weak to decide
    4  internal error
    5  the graphics device failed
  130  interrupted`;

function addDerive(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('derive')
    .summary('print the derived recursions')
    .description("Print each observable's recursion from layer to layer, grouped by power of 1/n.")
    .argument('<FILE>', 'model file')
    .option('--observable <NAME>', 'only this observable and what it needs')
    .addOption(
      new Option('--order <P>', 'highest power of 1/n (default: what the file says)').argParser(
        integerOption('--order', 0, 6),
      ),
    )
    .addOption(maxTermsOption())
    .option(
      '--explain <COUPLING>',
      'instead, say where each term of this coupling (K, V, G1, ...) comes from',
    )
    .option('--diagrams <DIR>', 'with --explain: draw each of these terms as an SVG file in this folder')
    .addOption(formatOption(['text', 'latex', 'json']))
    .addHelpText(
      'after',
      '\nExamples: eft derive examples/tanh.eft --observable V --format latex' +
        '\n          eft derive examples/tanh.eft --explain V --diagrams pictures',
    )
    .action(async (file: string, options: DeriveOptions) => {
      const { deriveCommand } = await import('./commands/derive.ts');
      finish(await deriveCommand(file, options, terminal));
    });
}

function addFlow(program: Command, terminal: Terminal, finish: Finish): void {
  withStudyOptions(program.command('flow'))
    .summary('evaluate the observables layer by layer')
    .description('Print the value of each observable in each layer, order by order in 1/n and summed.')
    .addOption(formatOption(['table', 'csv', 'json']))
    .addHelpText('after', '\nExample: eft flow examples/relu-critical.eft --set L=50 --format csv > flow.csv')
    .action(async (file: string, options: FlowOptions) => {
      const { flowCommand } = await import('./commands/flow.ts');
      finish(await flowCommand(file, options, terminal));
    });
}

function addCritical(program: Command, terminal: Terminal, finish: Finish): void {
  withStudyOptions(program.command('critical'))
    .summary('find critical points of the kernel')
    .description(
      'Find where the kernel has a fixed point and perturbations neither grow nor fade: for each `find critical` of ' +
        'each study, or over the variances when there is none.',
    )
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', '\nExample: eft critical examples/criticality.eft --study gelu')
    .action(async (file: string, options: CriticalOptions) => {
      const { criticalCommand } = await import('./commands/critical.ts');
      finish(await criticalCommand(file, options, terminal));
    });
}

function addUniversality(program: Command, terminal: Terminal, finish: Finish): void {
  withStudyOptions(program.command('universality'))
    .summary('derive how observables scale with depth')
    .description(
      'Derive exponents and amplitudes at large depth, at the critical point of each study, and put fits of the flow beside.',
    )
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', '\nExample: eft universality examples/ntk.eft')
    .action(async (file: string, options: CriticalOptions) => {
      const { universalityCommand } = await import('./commands/universality.ts');
      finish(await universalityCommand(file, options, terminal));
    });
}

function addPhase(program: Command, terminal: Terminal, finish: Finish): void {
  withStudyOptions(program.command('phase'))
    .summary('map the phases over two parameters')
    .description(
      'For each `phase` of each study: the kernel, the susceptibilities and the correlation depths on a grid, and the critical line.',
    )
    .addOption(
      new Option('--points <N>', 'points along each axis (default: 200)').argParser(
        integerOption('--points', 2, 2000),
      ),
    )
    .addOption(formatOption(['text', 'csv', 'json']))
    .addHelpText('after', '\nExample: eft phase examples/criticality.eft --format csv > phases.csv')
    .action(async (file: string, options: PhaseOptions) => {
      const { phaseCommand } = await import('./commands/phase.ts');
      finish(await phaseCommand(file, options, terminal));
    });
}

function addAdvise(program: Command, terminal: Terminal, finish: Finish): void {
  const size = (option: string, what: string): Option =>
    new Option(`${option} <N>`, what).argParser(integerOption(option, 1, 1e9));
  withStudyOptions(program.command('advise'))
    .summary('advise on initialisation, learning rates and shape')
    .description(
      'Say how to initialise and shape the network of each study, and which equation each line follows from.',
    )
    .addOption(size('--width', 'width n of the network (default: of a flow or check of the study)'))
    .addOption(size('--depth', 'depth L (default: that of the study)'))
    .addOption(size('--outputs', 'outputs n_L (default: 1)'))
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', '\nExample: eft advise examples/ntk.eft --width 512 --depth 30')
    .action(async (file: string, options: AdviseOptions) => {
      const { adviseCommand } = await import('./commands/advise.ts');
      finish(await adviseCommand(file, options, terminal));
    });
}

function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  withSimulationOptions(withStudyOptions(program.command('check')))
    .summary('compare with simulated networks')
    .description('Simulate the ensembles that the studies ask for and compare them with the predictions.')
    .addOption(formatOption(['text', 'json']))
    .addOption(
      new Option('--workers <N>', 'threads that simulate (default: one for each processor)').argParser(
        integerOption('--workers', 1, 256),
      ),
    )
    .addOption(
      new Option(
        '--estimator <HOW>',
        'auto: least variance for the work, from a pilot; or conditional, weights, plain, with +controls after the first two; ' +
          'or NAME=HOW,... for single observables',
      ).default('auto'),
    )
    .option('--checkpoint <FILE>', 'keep what has been measured so far in this file')
    .option('--resume <FILE>', 'go on from such a file, and keep it up to date')
    .option('--verbose', 'also say which networks each observable was measured on, and why')
    .addHelpText('after', '\nExample: eft check examples/tanh.eft --networks 20000 --seed 7')
    .action(async (file: string, options: CheckOptions) => {
      const { checkCommand } = await import('./commands/check.ts');
      finish(await checkCommand(file, options, terminal));
    });
}

function addPlot(program: Command, terminal: Terminal, finish: Finish): void {
  withSimulationOptions(withStudyOptions(program.command('plot')))
    .summary('draw the observables and what was measured')
    .description(
      'Draw each observable against depth (flow; check: with networks simulated at every depth), against width, or ' +
        'what the theory leaves over against width (scaling); or map each `phase` of a study; or show the flow of two couplings from ' +
        'many starting points, with its fixed points.',
    )
    .option(
      '-o, --output <PATH>',
      'where to: .svg, .pdf or .png for the picture, .csv, .json or .npy for its numbers (default: SVG on standard output)',
    )
    .option('--data <PATH>', 'write the numbers as well: .csv, .json or .npy')
    .addOption(
      new Option('--kind <KIND>', 'what to draw')
        .choices(['flow', 'check', 'width', 'scaling', 'phase', 'couplings'])
        .default('flow'),
    )
    .addOption(
      new Option('--points <N>', 'points along each axis of a phase diagram (default: 200)').argParser(
        integerOption('--points', 2, 2000),
      ),
    )
    .option(
      '--x <COUPLING>',
      'horizontal axis of couplings, with a range if you like: K, "chi_perp = 0 .. 2" (default: K)',
    )
    .option('--y <COUPLING>', 'vertical axis of couplings (default: V / K^2 and Theta, each a picture)')
    .option('--measured <PATH>', 'what eft check --format json printed, instead of a simulation')
    .addOption(
      new Option('--scale <N>', 'pixels of a PNG to one of the SVG')
        .argParser(integerOption('--scale', 1, 10))
        .default(3),
    )
    .addHelpText(
      'after',
      '\nExamples: eft plot examples/tanh.eft -o tanh.svg' +
        '\n          eft plot examples/tanh.eft --kind scaling -o scaling.png --data scaling.csv' +
        '\n          eft plot examples/criticality.eft --kind phase -o phases.png' +
        '\n          eft plot examples/ntk.eft --kind couplings --y "A / Theta^2 = 0 .. 4" -o rg.svg',
    )
    .action(async (file: string, options: PlotOptions) => {
      const { plotCommand } = await import('./commands/plot.ts');
      finish(await plotCommand(file, options, terminal));
    });
}

function addKernel(program: Command, terminal: Terminal, finish: Finish): void {
  withStudyOptions(program.command('kernel'), 'the only one')
    .summary('write kernel matrices over many samples')
    .description(
      'Write observables of one or two samples (G, the mean tangent kernel) at infinite width as NumPy arrays ' +
        'over all samples.',
    )
    .addOption(
      new Option(
        '--observable <NAME>',
        'only this observable; may be repeated (default: all that are matrices)',
      ).argParser(collectNames),
    )
    .option('--samples <DATA>', 'one sample a row, .csv or .npy, instead of the samples of the study')
    .option('--float32', 'write float32, half the size, instead of float64')
    .addOption(
      new Option('--layer <L>', "the layer observed (default: the study's depth)").argParser(
        integerOption('--layer', 1),
      ),
    )
    .addOption(
      new Option('--threads <N>', 'threads that compute (default: one for each processor core)').argParser(
        integerOption('--threads', 1, 1024),
      ),
    )
    .option('-o, --output <FILE>', 'where to write; several observables add their names', 'kernel.npy')
    .addHelpText(
      'after',
      '\nExample: eft kernel examples/ntk.eft --samples x.csv --set L=10 -o gram.npy' +
        '\n         writes gram.G.npy and gram.Theta.npy',
    )
    .action(async (file: string, options: KernelOptions) => {
      const { kernelCommand } = await import('./commands/kernel.ts');
      finish(await kernelCommand(file, options, terminal));
    });
}

function addReport(program: Command, terminal: Terminal, finish: Finish): void {
  withSimulationOptions(withStudyOptions(program.command('report')))
    .summary('write it all up as a page or for LaTeX')
    .description(
      'Write one document of the conventions, the model, the derivation, the flows and the checks of a file, with tables and ' +
        'pictures.',
    )
    .requiredOption(
      '-o, --output <PATH>',
      'where to: .html, one page that needs nothing else, or .tex for pdflatex, its pictures in a folder beside it',
    )
    .option('--no-check', 'simulate nothing')
    .addHelpText('after', '\nExample: eft report examples/tanh.eft -o tanh.html')
    .action(async (file: string, options: ReportOptions) => {
      const { reportCommand } = await import('./commands/report.ts');
      finish(await reportCommand(file, options, terminal));
    });
}

function addFormat(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('fmt')
    .summary('format model files')
    .description(
      'Rewrite model files in the canonical layout; comments stay. From - it goes to standard output.',
    )
    .argument('<FILE...>', 'model files')
    .option('--check', 'change nothing; list the files that are not formatted, exit 1 when there are any')
    .action(async (files: string[], options: FormatOptions) => {
      const { formatCommand } = await import('./commands/format.ts');
      finish(await formatCommand(files, options, terminal));
    });
}

function addDoctor(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('doctor')
    .summary('say what is installed and how fast it is')
    .description('Print the versions in use and, for each simulation backend, whether it works and how fast.')
    .addOption(new Option('--probe <BACKEND>').choices(['wasm', 'node', 'webgpu', 'cpu']).hideHelp())
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      finish(await doctorCommand(options, terminal));
    });
}

function addNew(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('new')
    .summary('write a commented starter file')
    .description('Write NAME.eft, a small commented model to start from, into the current folder.')
    .argument('<NAME>', 'letters, digits, - and _')
    .action(async (name: string) => {
      const { newCommand } = await import('./commands/new.ts');
      finish(await newCommand(name, terminal));
    });
}

function withStudyOptions(command: Command, without = 'all'): Command {
  return command
    .argument('<FILE>', 'model file')
    .option('--study <NAME>', `only this study (default: ${without})`)
    .addOption(
      new Option('--set <NAME=VALUE>', 'replace a value of the study; may be repeated').argParser(
        collectAssignment,
      ),
    )
    .addOption(maxTermsOption());
}

/** Without the option the library decides, and the help says what. */
function maxTermsOption(): Option {
  return new Option(
    '--max-terms <N>',
    'terms a derivation may generate before it is refused (default: 50000, a second or two)',
  ).argParser(integerOption('--max-terms', 1));
}

function withSimulationOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--networks <N>', 'networks per width, instead of what the file says').argParser(
        integerOption('--networks', 2, MAX_NETWORKS),
      ),
    )
    .addOption(
      new Option('--seed <S>', 'seed of the ensemble, instead of what the file says').argParser(
        integerOption('--seed', 0),
      ),
    )
    .addOption(
      new Option('--backend <BACKEND>', 'what computes the networks')
        .choices(['auto', 'wasm', 'node', 'webgpu', 'cpu'])
        .default('auto'),
    );
}

function formatOption(choices: readonly [string, ...string[]]): Option {
  return new Option('--format <FORMAT>', 'how to print').choices(choices).default(choices[0]);
}
