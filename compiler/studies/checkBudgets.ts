/** Whether what a study asks for can be done: whole widths, lists as long as the flow, work within limits. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { multiplyRationals, rational, rationalToNumber } from '../../theory/rational.ts';
import type { Architecture, CheckRequest, FlowRequest, Study } from '../../theory/model.ts';
import type { Report } from '../host.ts';
import { MAX_WIDTH } from './readRequests.ts';

/** Weights sampled in one `check`: 10^15 take a single machine about a year. */
export const MAX_WEIGHTS = 1e15;

/** Reports every request of the study that cannot be met. */
export function checkBudgets(study: Study, { width, depth }: Architecture, report: Report): void {
  study.flows.forEach((flow) => checkFlow(flow, study, depth, report));
  study.checks.forEach((check) => {
    const whole = check.widths.every((n) => checkWholeWidths(check, n, study, width.name, report));
    if (whole) checkWork(check, study, report);
  });
}

/** A flow beyond the depth of a study has no values where the study gives them layer by layer. */
function checkFlow({ to, span }: FlowRequest, study: Study, depthName: string, report: Report): void {
  const lists = [...study.parameters].filter(([, value]) => typeof value === 'object').map(([name]) => name);
  const [name] = lists;
  if (to <= study.depth) return;
  const what = `the last layer of the flow`;
  if (name !== undefined)
    report(
      diagnostic(
        'EFT510',
        span,
        { what, low: 1, high: study.depth, found: String(to) },
        `\`${name}\` has no values beyond \`${depthName} = ${study.depth}\``,
      ),
    );
  else if (study.widths.some(({ numerator, denominator }) => numerator !== denominator))
    report(
      diagnostic(
        'EFT510',
        span,
        { what, low: 1, high: study.depth, found: String(to) },
        'the widths of the layers beyond are not given',
      ),
    );
}

function checkWholeWidths(
  { span }: CheckRequest,
  n: number,
  study: Study,
  width: string,
  report: Report,
): boolean {
  const layer = study.widths.findIndex((ratio) => multiplyRationals(ratio, rational(n)).denominator !== 1n);
  const largest = Math.max(...study.widths.map(rationalToNumber)) * n;
  if (layer >= 0) {
    const ratio = study.widths[layer]!;
    const value = String(rationalToNumber(ratio) * n);
    const hint = `choose multiples of ${ratio.denominator} for \`${width}\``;
    report(diagnostic('EFT509', span, { layer: layer + 1, value, width, n }, hint));
    return false;
  }
  if (largest <= MAX_WIDTH) return true;
  report(diagnostic('EFT511', span, { what: 'the width of a layer', found: largest, limit: MAX_WIDTH }));
  return false;
}

function checkWork({ widths, networks, span }: CheckRequest, study: Study, report: Report): void {
  const inputs = study.samples[0]?.length ?? 0;
  const ratios = study.widths.map(rationalToNumber);
  const weights = widths
    .map((n) =>
      ratios.reduce((sum, ratio, k) => sum + ratio * n * (k === 0 ? inputs : ratios[k - 1]! * n), 0),
    )
    .reduce((sum, each) => sum + each * networks, 0);
  if (weights <= MAX_WEIGHTS) return;
  const parameters = {
    what: 'the number of weights to sample',
    found: weights.toExponential(1),
    limit: MAX_WEIGHTS.toExponential(0),
  };
  report(diagnostic('EFT511', span, parameters, 'ask for fewer networks, or narrower or shallower ones'));
}
