import type { MessageTable } from './message.ts';

/** EFT4xx: orders in 1/n, architectures and priors. */
export const ORDER_MESSAGES = {
  EFT401: { severity: 'error', text: '{what} not in this version' },
  EFT402: {
    severity: 'error',
    text: 'these begin at different orders: `{left}` at {leftOrder}, `{right}` at {rightOrder}',
  },
  EFT403: { severity: 'error', text: '`{name}` begins at {order}, beyond the expansion to {limit}' },
  EFT404: { severity: 'error', text: 'this correlator vanishes: neuron `{neuron}` occurs {times}' },
  EFT405: {
    severity: 'error',
    text: 'the two sides begin at different orders: `{left}` at {leftOrder}, `{right}` at {rightOrder}',
  },
  EFT406: { severity: 'error', text: 'the expansion is in 1/{name}, but the width is `{width}`' },
  EFT407: { severity: 'error', text: 'an expansion to order {order} is too far; at most {limit}' },
  EFT408: { severity: 'error', text: 'a correlator of {points} points is too large; at most {limit}' },
  EFT410: { severity: 'error', text: 'the architecture has no {what}' },
  EFT411: { severity: 'error', text: 'the architecture has a second {what}' },
  EFT412: { severity: 'error', text: 'a layer equation is for `1` or for `l+1`, not for `{position}`' },
  EFT413: { severity: 'error', text: 'a layer equation defines `{name}[i]`, not `{text}`' },
  EFT414: { severity: 'error', text: 'the term `{text}` contains no parameter' },
  EFT415: { severity: 'error', text: 'the term `{text}` contains {count} parameters: {names}' },
  EFT416: { severity: 'error', text: 'the first index of `{name}` must be `{expected}`, not `{found}`' },
  EFT417: { severity: 'error', text: 'the sum over `{name}` contains no {expected}' },
  EFT418: {
    severity: 'error',
    text: '`{name}` must be applied to a pre-activation `{field}[j]`, not to `{text}`',
  },
  EFT419: { severity: 'error', text: '`{text}` belongs to another layer' },
  EFT420: { severity: 'error', text: 'the layer equation expands into more than {limit} terms' },
  EFT421: {
    severity: 'error',
    text: '`{text}` must carry the index `{expected}` that `{name}` is summed over',
  },
  EFT422: { severity: 'error', text: 'the first layer must be linear in the input' },
  EFT423: { severity: 'error', text: 'a skip connection is linear, not `{text}`' },
  EFT424: {
    severity: 'error',
    text: 'layer 1 would not be Gaussian: `{name}` is not, and it reads an input that need not be large',
  },
  EFT425: {
    severity: 'error',
    text: 'beside a nonlinear layer a skip connection is derived through order 1 only, not through {order}',
  },
  EFT426: { severity: 'error', text: '{where} does not define `{name}`' },
  EFT427: { severity: 'error', text: '`{name}` is a parameter of `{first}` already' },
  EFT428: { severity: 'error', text: '`{text}` is no function of pre-activations of the same neuron' },
  EFT429: { severity: 'error', text: '`{name}` is another function in layer 1' },
  EFT430: { severity: 'error', text: '`{name}` has no prior' },
  EFT431: { severity: 'warning', text: 'no layer uses `{name}`' },
  EFT433: {
    severity: 'error',
    text: 'a prior with no width: the variance of `{name}` must fall with its fan-in',
  },
  EFT434: {
    severity: 'error',
    text: 'the variance of `{name}` must be something over `fan_in`, not `{text}`',
  },
  EFT435: { severity: 'error', text: 'the biases `{name}` have no fan-in' },
  EFT436: { severity: 'error', text: 'the mean of `{name}` must be 0, not `{text}`' },
  EFT438: { severity: 'error', text: '`{name}` has no learning rate' },
  EFT439: {
    severity: 'error',
    text: 'the learning rate of `{name}` must be something over `fan_in`, not `{text}`',
  },
  EFT437: { severity: 'error', text: '`{name}` takes {expected}' },
  EFT440: { severity: 'error', text: '{what} must be {expected}, not `{text}`' },
  EFT442: {
    severity: 'error',
    text: 'beside a nonlinear layer with a skip connection `{name}` is derived at order 0 only: {what} is not followed beyond',
  },
  EFT441: { severity: 'error', text: 'the prior of the biases `{name}` must be normal' },
} as const satisfies MessageTable;
