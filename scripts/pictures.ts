/** The pictures of README, by the commands it names: `npm run pictures` after a change of how pictures look. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const PICTURES = [
  'plot examples/tanh.eft --kind check -o docs/pictures/tanh-depth.png --scale 2',
  'plot examples/tanh.eft --kind width -o docs/pictures/tanh-width.png --scale 2',
  'plot examples/ntk.eft --kind couplings -o docs/pictures/ntk-couplings.png --scale 2',
  'plot examples/criticality.eft --kind phase -o docs/pictures/tanh-phases.png --scale 2',
];

for (const command of PICTURES) {
  const { status } = spawnSync(process.execPath, ['bin/eft.js', ...command.split(' ')], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`eft ${command} failed`);
}
