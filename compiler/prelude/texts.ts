/**
 * The files that `import standard` reads, by name. Generated from the .eft files of this folder by `npm run generate`; not to
 * be edited.
 */
export const PRELUDE: ReadonlyMap<string, string> = new Map([
  [
    'tangent.eft',
    `eft 1

# The neural tangent kernel and its differentials (PDLT, chapters 8, 11 and infinity): a step of gradient descent
# changes z by -H eps + 1/2 dH eps eps - 1/6 ddI eps eps eps + ..., with eps the derivative of the loss.

observable {
  # Neural tangent kernel
  H[i,j;a,b]            = sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)

  # Its differential: how H changes when the parameters move
  dH[i,j,k;a,b,c]       = sum(t in parameters, u in parameters) rate(t) * rate(u) * d(z[i,a], t, u) *
      d(z[j,b], t) * d(z[k,c], u)

  # The two kinds of second differentials
  ddI[i,j,k,m;a,b,c,d]  = sum(t in parameters, u in parameters, v in parameters) rate(t) * rate(u) * rate(v) *
      d(z[i,a], t, u, v) * d(z[j,b], t) * d(z[k,c], u) * d(z[m,d], v)
  ddII[i,j,k,m;a,b,c,d] = sum(t in parameters, u in parameters, v in parameters) rate(t) * rate(u) * rate(v) *
      d(z[i,a], t, v) * d(z[j,b], u, v) * d(z[k,c], t) * d(z[m,d], u)
}
`,
  ],
]);
