"""PyTorch's side of bench/simulation.ts: reads a case a line, answers with seconds as JSON."""
import json
import sys
import time

import torch

torch.set_num_threads(2)
torch.set_grad_enabled(False)


def weights(samples):
    """Weights sampled and applied, [256 networks, 128, 128]."""
    x = torch.full((256, 128, samples), 0.5)
    start = time.perf_counter()
    torch.bmm(torch.randn(256, 128, 128), x)
    return time.perf_counter() - start


STORED = torch.randn(256, 128, 128)


def stored(samples):
    x = torch.full((256, 128, samples), 0.5)
    torch.bmm(STORED, x)
    start = time.perf_counter()
    torch.bmm(STORED, x)
    return time.perf_counter() - start


def relu(networks):
    """Forward pass of ReLU networks, 10 layers of 128, one input."""
    start = time.perf_counter()
    z = torch.randn(networks, 128, 1) * (2**0.5)
    for _ in range(9):
        z = torch.bmm(torch.randn(networks, 128, 128).mul_((2 / 128) ** 0.5), torch.relu_(z))
    q = (z * z).squeeze(-1)
    m = q.mean(1)
    p = (q.sum(1) ** 2 - (q * q).sum(1)) / (128 * 127)
    (p.mean() - m.mean() ** 2).item()
    return time.perf_counter() - start


def tangent(networks):
    """A, B, D, F of tanh networks, 4 layers of 64, at samples 1111 and 1122: H(1,1) and H(2,2) layer by layer, statistics over all
    pairs of neurons."""
    n, pairs = 64, [(0, 0), (1, 1)]
    cw, cb, lb = 1.2, 0.05, 1 / 3
    x = torch.tensor([[1, 0.5, -0.3], [0.2, -0.7, 0.9]])
    start, processor = time.perf_counter(), time.process_time()
    eye = torch.eye(n)
    w = torch.randn(networks, n, 3).mul_((cw / 3) ** 0.5)
    z = torch.matmul(w, x.T) + torch.randn(networks, n, 1) * cb**0.5
    h = [(lb + x[a] @ x[b] / 3) * eye.expand(networks, n, n) for a, b in pairs]
    for _ in range(3):
        s = torch.tanh(z)
        ds = 1 - s * s
        w = torch.randn(networks, n, n).mul_((cw / n) ** 0.5)
        z = torch.bmm(w, s) + torch.randn(networks, n, 1) * cb**0.5
        new = []
        for (a, b), old in zip(pairs, h):
            local = lb + (s[:, :, a] * s[:, :, b]).sum(1) / n
            left = w * ds[:, None, :, a]
            right = w * ds[:, None, :, b]
            new.append(local[:, None, None] * eye + torch.bmm(torch.bmm(left, old), right.mT))
        h = new
    out = {}
    diag = [torch.diagonal(m, dim1=1, dim2=2) for m in h]
    both = n * (n - 1)
    p = diag[0]
    zz = z[:, :, 0] ** 2
    z11 = z[:, :, 0:1] * z[:, None, :, 0]
    off = 1 - eye
    for at, q in (("1111", p), ("1122", diag[1])):
        second = h[0] if at == "1111" else h[1]
        out["A " + at] = ((p.sum(1) * q.sum(1) - (p * q).sum(1)) / both, p.mean(1), q.mean(1))
        out["B " + at] = ((h[0] * second * off).sum((1, 2)) / both,)
        out["D " + at] = ((zz.sum(1) * q.sum(1) - (zz * q).sum(1)) / both, zz.mean(1), q.mean(1))
        out["F " + at] = ((z11 * second * off).sum((1, 2)) / both,)
    for name, (product, *means) in out.items():
        value = product.mean()
        if means:
            u, v = means[0].mean(), means[1].mean()
            value = value - u * v
            product = product - means[0] * v - u * means[1]
        out[name] = [value.item(), product.var().item()]
    return [time.perf_counter() - start, time.process_time() - processor, out]


def alone(networks):
    """The same on one thread."""
    torch.set_num_threads(1)
    answer = tangent(networks)
    torch.set_num_threads(2)
    return answer


CASES = {"weights": weights, "stored": stored, "relu": relu, "tangent": tangent, "alone": alone}
print(json.dumps(torch.__version__), flush=True)
for line in sys.stdin:
    name, size = line.split()
    print(json.dumps(CASES[name](int(size))), flush=True)
