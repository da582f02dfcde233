"""The rounding of dynamic int8 quantisation as differentiable functions (straight-through; Jacob et al. 2018), so that
the last part of training already feels it: weights symmetric by output column, embeddings by tensor, activations
asymmetric by text.
"""

import torch


def _through(x, rounded):
    return x + (rounded - x).detach()


def fake_int8_columns(weight):
    """weight: [outputs, inputs]."""
    scale = weight.detach().abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
    return _through(weight, (weight / scale).round().clamp(-127, 127) * scale)


def fake_int8_tensor(weight):
    scale = weight.detach().abs().max().clamp_min(1e-8) / 127
    return _through(weight, (weight / scale).round().clamp(-127, 127) * scale)


def fake_uint8_dynamic(x):
    """x: [text, ..., features]; the range is taken a text, as when comments come one by one."""
    flat = x.detach().flatten(1).float()
    low, high = flat.amin(1).clamp_max(0), flat.amax(1).clamp_min(0)
    shape = (-1,) + (1,) * (x.dim() - 1)
    scale = ((high - low).clamp_min(1e-8) / 255).view(shape)
    zero = (-low.view(shape) / scale).round()
    rounded = ((x.detach().float() / scale + zero).round().clamp(0, 255) - zero) * scale
    return _through(x, rounded.to(x.dtype))
