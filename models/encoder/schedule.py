"""Training by the clock: a stage is given seconds, and its learning rate falls to nothing when they are over."""

import time

import torch


def until(seconds, most=None):
    """Yields the share of the stage that has passed, 0 to 1. `most` steps at most, for trying things out."""
    begin, step = time.monotonic(), 0
    while True:
        share = (time.monotonic() - begin) / seconds
        if most is not None:
            share = max(share, step / most)
        if share >= 1:
            return
        yield share
        step += 1


def rate(share, warm=0.06):
    """Factor of the learning rate: up in a straight line, then down in one."""
    return share / warm if share < warm else (1 - share) / (1 - warm)


class Optimiser:
    """AdamW without decay on vectors, with clipped gradients."""

    def __init__(self, model, peak, decay=0.05):
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": decay},
            {"params": [p for p in self.parameters if p.dim() < 2], "weight_decay": 0.0},
        ]
        fused = self.parameters[0].is_cuda
        self.adam = torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98), eps=1e-6, fused=fused)
        self.peak = peak

    def step(self, loss, share):
        for group in self.adam.param_groups:
            group["lr"] = self.peak * rate(share)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.adam.step()
