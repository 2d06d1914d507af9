import type { Architecture, Observable, ParameterGroup } from '../../theory/model.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { OrderOf } from '../checkOrders.ts';
import type { CompilerHost, Report } from '../host.ts';
import type { Names } from '../names.ts';
import type { ObservableScope } from '../observableScope.ts';
import type { Activations } from '../resolveActivations.ts';

/** What the model says that its studies are read against. */
export interface StudyContext {
  readonly architecture: Architecture;
  readonly groups: readonly ParameterGroup[];
  readonly observables: readonly Observable[];
  readonly activations: Activations;
  readonly names: Names;
  /** The free names of the model. */
  readonly parameters: ReadonlySet<string>;
  /** Samples that observables name by number. */
  readonly numberedSamples: readonly { readonly value: number; readonly span: Span }[];
  readonly expectations: Omit<ObservableScope, 'report' | 'reportOnce' | 'samples' | 'apart'>;
  readonly orderOf: OrderOf;
  /** Part of the model is unsound, so that an unknown name may be known once it is mended. */
  readonly lenient: boolean;
  readonly host: CompilerHost;
  readonly report: Report;
}
