"""Masked characters (Devlin et al. 2019), hidden in spans (Joshi et al. 2020) because a Chinese word has about two."""

import torch
import torch.nn.functional as F

from batches import endless
from schedule import Optimiser, until
from text import CLS, MASK, PAD

SPANS = (0.4, 0.3, 0.2, 0.1)  # how often a hidden span has 1, 2, 3, 4 symbols: two on average


def spans(ids, share):
    """Which symbols to hide: spans that cover about `share` of each text, a number or [texts, 1]."""
    mean = sum(length * p for length, p in enumerate(SPANS, 1))
    begins = torch.rand(ids.shape, device=ids.device) < share / mean
    draw = torch.rand(ids.shape, device=ids.device)
    hidden = begins.clone()
    beyond = 1.0
    for more in range(1, len(SPANS)):
        beyond -= SPANS[more - 1]
        hidden[:, more:] |= (begins & (draw < beyond))[:, :-more]
    return hidden & (ids != PAD) & (ids != CLS)


def corrupt(ids, noise, vocabulary, share=0.22):
    """(what the network reads, which symbols it must name). Of these 70 % are masked, 12 % a homophone (Cui et al.
    2020), 8 % any symbol and 10 % as they were."""
    hidden = spans(ids, share)
    draw = torch.rand(ids.shape, device=ids.device)
    anything = torch.randint(CLS + 1, vocabulary, ids.shape, device=ids.device, dtype=ids.dtype)
    read = torch.where(draw < 0.70, torch.full_like(ids, MASK), ids)
    read = torch.where((draw >= 0.70) & (draw < 0.82), noise.homophones(ids), read)
    read = torch.where((draw >= 0.82) & (draw < 0.90), anything, read)
    return torch.where(hidden, read, ids), hidden


def pretrain(model, tokens, rows, share, noise, seconds, peak, size, seed, most=None):
    """Trains `model` on masked characters; returns a line about it."""
    optimiser = Optimiser(model, peak)
    batches = endless(tokens, rows, share, size, seed, windows=True)
    vocabulary = model.symbols.num_embeddings
    seen, steps, late = 0, 0, []
    for passed in until(seconds, most):
        _, ids = next(batches)
        read, hidden = corrupt(ids, noise, vocabulary)
        guesses = model.guesses(model.hidden(read)[hidden])
        loss = F.cross_entropy(guesses.float(), ids[hidden].long())
        optimiser.step(loss, passed)
        seen, steps = seen + ids.numel(), steps + 1
        if steps % 20 == 0 and passed > 0.9:
            late.append(loss.detach())
    mean = torch.stack(late).mean().item() if late else float("nan")
    return f"{steps} steps, {seen / 1e6:.1f} M tokens, {seen / 1e6 / seconds:.2f} M/s, loss at the end {mean:.3f}"
