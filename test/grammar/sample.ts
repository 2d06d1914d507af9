/** A program with one of everything. */
export const SAMPLE = `eft 1
import "activations.eft"
activation snake(z) = z + sin(k * z)^2 / k
activation elu(z) = piecewise(z < 0: exp(z) - 1, otherwise: z)

architecture mlp {
  input x[n0]
  width n[l]
  depth L
  activation σ[l]
  layer 1: z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: u[i] = sum(j) W[i,j] * h[j]; z[i] = γ * u[i] + b[i] + sum(j) W[i,j] * σ(z[j])
}

prior {
  W ~ normal(0, C_W / fan_in)
  b ~ uniform(variance = C_b)
}

observable {
  G[a,b] = <z[i,a] z[i,b]>
  V[a,b;c,d] = ⟨z[i,a] z[i,b] z[j,c] * z[j,d]⟩_c where i ≠ j
  X[a,b] = <z[i,a]^2 z[j,b]^2>_c - G[a,b]^2 where i != j, j != k
}

expand in 1/n to order 2

study "tanh, off \\"criticality\\"" {
  sigma = [tanh, relu],  C_W = 1.5,  n[l] = [n, 2 * n]
  samples = [[1.0, 0.5, -0.3], [0.2, -0.7, 0.9]]
  check G, V at n = 32, 64, 128 with 20000 networks, seed 7
  flow G, V for L = 1..100 at n = 64
  expect V[1,1;1,1] = 5 * (L - 1) * G[1,1]^2 / n
}
`;
