"""Supervised training of all heads at once, on texts with noise; and a trained network's answers."""

import torch

import heads
from batches import endless, plan
from schedule import Optimiser, until

import numpy as np


def finetune(model, tokens, rows, repeats, target, weight, noise, seconds, peak, size, seed, agree=0.0, most=None):
    """Trains `model` on labelled texts; returns a line about it.

    agree  > 0: every text is read twice, with other dropout and other noise, and the two answers are drawn to each
           other with this weight (R-drop, Wu et al. 2021)
    """
    optimiser = Optimiser(model, peak)
    batches = endless(tokens, rows, repeats, size, seed)
    mean = size / (tokens.lengths[rows].mean() + 5)  # texts a batch
    dropout = model.size.dropout
    seen, steps = 0, 0
    for passed in until(seconds, most):
        batch, ids = next(batches)
        answer, asked = target[batch], weight[batch]
        if agree > 0:
            one, two = model(torch.cat([noise(ids), noise(ids)]), dropout).chunk(2)
            loss = (heads.loss(one, answer, asked) + heads.loss(two, answer, asked)) / 2
            first, second = heads.probabilities(one).detach(), heads.probabilities(two).detach()
            loss = loss + agree * (heads.loss(one, second, asked) + heads.loss(two, first, asked)) / 2
        else:
            loss = heads.loss(model(noise(ids), dropout), answer, asked)
        optimiser.step(loss / mean, passed)
        seen, steps = seen + ids.numel(), steps + 1
    return f"{steps} steps, {seen / 1e6:.1f} M tokens, {seen / 1e6 / seconds:.2f} M/s"


@torch.no_grad()
def judge(model, tokens, rows, size=65536):
    """[rows, LOGITS] float32 logits on the CPU."""
    rows = np.asarray(rows)
    out = torch.zeros(len(rows), heads.LOGITS, device=tokens.device)
    order = torch.from_numpy(rows).to(tokens.device)
    for picked, length in plan(tokens.lengths[rows], np.arange(len(rows)), size, np.random.default_rng(0)):
        where = torch.from_numpy(picked).to(tokens.device)
        out[where] = model(tokens.gather(order[where], length)).float()
    return out.cpu()
