"""What the teachers think, learnt by the student (Hinton et al. 2015), on texts as they are and on many more that a
masked-character network made of them (Jiao et al. 2020).
"""

import numpy as np
import torch

import heads
from batches import plan
from pretrain import spans
from schedule import Optimiser, until
from text import MASK

TEMPERATURE = 2.0
TRUTH = 0.25  # weight of the labels beside the teachers
HEAD_WEIGHT = (1.0, 0.5, 1.0, 0.7, 1.0)


@torch.no_grad()
def rewrite(guesser, ids, noise):
    """Texts with 10 to 40 % of their symbols replaced by what `guesser` might put there, some noisy besides."""
    hidden = spans(ids, 0.1 + 0.3 * torch.rand(len(ids), 1, device=ids.device))
    read = ids.masked_fill(hidden, MASK)
    logits = guesser.guesses(guesser.hidden(read)[hidden]).float()
    logits[:, : MASK + 2] = -torch.inf  # no special symbols
    drawn = torch.distributions.Categorical(logits=logits).sample()
    made = ids.clone()
    made[hidden] = drawn.to(ids.dtype)
    return noise(made, share=0.3)


@torch.no_grad()
def ask(teachers, tokens, rows, share, target, weight, guesser, noise, seconds, size, seed, rounds=4):
    """Batches (ids, mean logits of the teachers, importance, labels, their weights), all on the device.

    The first round has the texts as they are, with their labels; further ones, as time allows, have rewritten texts.
    """
    random = np.random.default_rng(seed)
    everything = torch.from_numpy(rows).to(tokens.device)
    importance = torch.from_numpy(share).to(tokens.device)
    out, current = [], 0
    clock = until(seconds)
    for current in range(rounds):
        for picked, length in plan(tokens.lengths[rows], np.arange(len(rows)), size, random):
            if next(clock, None) is None and current > 0:
                return out
            where = torch.from_numpy(picked).to(tokens.device)
            batch = everything[where]
            ids = tokens.gather(batch, length)
            if current > 0:
                ids = rewrite(guesser, ids, noise)
            logits = torch.stack([teacher(ids).float() for teacher in teachers]).mean(0)
            asked = weight[batch] if current == 0 else torch.zeros_like(weight[batch])
            out.append((ids, logits.half(), importance[where], target[batch], asked))
    return out


def distil(model, asked, learnt, seconds, peak, seed, int8_from=0.75, most=None):
    """Trains the student; from `int8_from` of the time on with the rounding of the quantised network.

    asked   from `ask`
    learnt  for each head whether the teachers had labels for it
    """
    optimiser = Optimiser(model, peak, decay=0.01)
    random = np.random.default_rng(seed)
    mean = sum(len(batch[0]) for batch in asked) / len(asked)
    head_weight = torch.tensor(HEAD_WEIGHT, device=asked[0][0].device) * learnt
    order, steps, seen = [], 0, 0
    for passed in until(seconds, most):
        if not order:
            order = list(random.permutation(len(asked)))
        ids, logits, importance, target, weight = asked[order.pop()]
        model.set_int8(passed >= int8_from)
        answer = model(ids, model.size.dropout)
        believed = heads.probabilities(logits, TEMPERATURE)
        loss = heads.loss(answer, believed, importance[:, None] * head_weight, TEMPERATURE)
        loss = loss + TRUTH * heads.loss(answer, target, weight)
        optimiser.step(loss / mean, passed)
        steps, seen = steps + 1, seen + ids.numel()
    model.set_int8(True)
    return f"{steps} steps, {seen / 1e6:.1f} M tokens, {seen / 1e6 / seconds:.2f} M/s, {steps / len(asked):.1f} rounds"
