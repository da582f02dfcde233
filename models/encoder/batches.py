"""Batches of about equally long texts, made where the tokens lie: all texts stay on the device."""

import numpy as np
import torch

from text import CLS, HEAD, LENGTH, TAIL

STEP = 8  # lengths are rounded up to a multiple, which keeps the number of shapes small


class Tokens:
    """All texts end to end on a device."""

    def __init__(self, sequences, device):
        """sequences: arrays of symbol numbers, uncut and without [cls]."""
        lengths = np.array([len(s) for s in sequences], dtype=np.int64)
        self.lengths = np.minimum(lengths, LENGTH - 1)
        flat = np.concatenate(sequences).astype(np.int32)
        self.flat = torch.from_numpy(flat).to(device)
        self.full = torch.from_numpy(lengths).to(device)
        self.start = torch.from_numpy(np.cumsum(lengths) - lengths).to(device)
        self.device = device

    def __len__(self):
        return len(self.lengths)

    def gather(self, rows, length, windows=False):
        """[rows, length] of [cls], symbols and padding.

        rows     a tensor on the device
        length   at least 1 + the longest of the rows after the cut
        windows  a text that is too long gives a random stretch of it; else its first HEAD and last TAIL symbols
        """
        full, start = self.full[rows, None], self.start[rows, None]
        place = torch.arange(length - 1, device=self.device)[None, :].expand(len(rows), -1)
        over = (full - (LENGTH - 1)).clamp_min(0)
        if windows:
            shift = (torch.rand(over.shape, device=self.device) * (over + 1)).long()
        else:
            shift = over * (place >= HEAD)
        inside = place < full.clamp_max(LENGTH - 1)
        symbols = self.flat[(start + place + shift).clamp_max(len(self.flat) - 1)] * inside
        return torch.cat([symbols.new_full((len(rows), 1), CLS), symbols], 1)


def plan(lengths, rows, tokens, random):
    """One round over `rows` in batches of about `tokens` tokens: [(rows, length)], in random order."""
    rounded = (lengths[rows] + 1 + STEP - 1) // STEP * STEP
    batches = []
    for length in np.unique(rounded):
        same = random.permutation(rows[rounded == length])
        size = max(1, tokens // int(length))
        batches += [(same[at : at + size], int(length)) for at in range(0, len(same), size)]
    return [batches[i] for i in random.permutation(len(batches))]


def times(repeats, random):
    """How often each row comes in this round: 1.4 is once, and twice with probability 0.4."""
    whole = np.floor(repeats)
    return (whole + (random.random(len(repeats)) < repeats - whole)).astype(np.int64)


def endless(tokens, rows, repeats, size, seed, windows=False):
    """Batches for ever: (rows, ids), both on the device."""
    random = np.random.default_rng(seed)
    while True:
        seen = np.repeat(np.arange(len(rows)), times(repeats, random))
        order = torch.from_numpy(rows).to(tokens.device)
        for picked, length in plan(tokens.lengths[rows], seen, size, random):
            batch = order[torch.from_numpy(picked).to(tokens.device)]
            yield batch, tokens.gather(batch, length, windows)


assert HEAD + TAIL == LENGTH - 1
