/** What `eft new` writes; a test compiles it, formats it and checks it. */
export const STARTER = `eft 1

# A deep network at initialization: its kernel G and the connected four-point vertex V.
# Lines that begin with # are comments. \`eft derive\` prints the recursions of this file, \`eft flow\` their
# values, and \`eft check\` compares them with simulated networks.

architecture mlp {
  input x[n_0]
  width n
  depth L
  activation sigma
  layer 1:   z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])
}

# Independent Gaussian weights and biases: mean, variance.
prior {
  W ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
}

# i, j count neurons; a, b, c, d count samples; <...>_c is the connected part.
observable {
  G[a,b]     = <z[i,a] z[i,b]>
  V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j
}

# Order 1 is the leading correction at finite width.
expand in 1/n to order 1

# Numbers enter here: the activation, the variances, the depth and the inputs.
study "starter" {
  sigma = tanh
  C_W = 1.5
  C_b = 0.1
  L = 4
  samples = [[1.0, 0.5, -0.3], [0.2, -0.7, 0.9]]
  flow G, V for L = 1 .. 4 at n = 64
  check V at n = 8, 16, 32 with 4000 networks, seed 7
}
`;
