"""Reads `activation compile|run`, answers with the seconds of one compiled run of neural-tangents in float64.

Closed forms for relu, erf and gelu; quadrature (degree 25, its default accuracy for tanh) otherwise. Quadrature takes
half a minute: it runs once, and later requests repeat that time.
"""
import sys
import time

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
from neural_tangents import stax  # noqa: E402

ACTIVATIONS = {
    "relu": lambda: stax.Relu(),
    "erf": lambda: stax.Erf(),
    "gelu": lambda: stax.Gelu(),
    "tanh": lambda: stax.ElementwiseNumerical(jnp.tanh, deg=25),
}
inputs = 1.0 * jax.random.normal(jax.random.PRNGKey(1), (1000, 100), dtype=jnp.float64)
compiled = {}
slow = {}

for line in sys.stdin:
    name, action = line.split()
    if action == "compile" and name not in compiled:
        layers = []
        for _ in range(10):
            layers += [stax.Dense(1, W_std=1.5**0.5, b_std=0.1**0.5), ACTIVATIONS[name]()]
        layers.append(stax.Dense(1, W_std=1.5**0.5, b_std=0.1**0.5))
        kernel = stax.serial(*layers)[2]
        compiled[name] = jax.jit(lambda x, kernel=kernel: kernel(x, None, ("nngp", "ntk")))
        jax.block_until_ready(compiled[name](inputs))
    if name not in slow:
        start = time.perf_counter()
        jax.block_until_ready(compiled[name](inputs))
        elapsed = time.perf_counter() - start
        if elapsed > 5:
            slow[name] = elapsed
    print(slow.get(name, elapsed), flush=True)
