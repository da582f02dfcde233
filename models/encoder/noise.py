"""What live comments do to words: homophones, dropped characters. Applied to training texts as they pass."""

import collections
import random

import torch

from text import CLS, PAD

MOST = 16  # homophones a character


class Noise:
    """Homophones of each symbol of a vocabulary, on a device."""

    def __init__(self, pinyin_file, vocabulary, device):
        """pinyin_file: character SPACE syllable (without its tone), one reading a line."""
        number = {symbol: place for place, symbol in enumerate(vocabulary.symbols)}
        sounding, readings = collections.defaultdict(set), collections.defaultdict(set)
        for line in open(pinyin_file, encoding="utf-8"):
            character, _, syllable = line.strip().partition(" ")
            if character in number:
                sounding[syllable].add(number[character])
                readings[number[character]].add(syllable)
        table = torch.arange(len(vocabulary), dtype=torch.int32)[:, None].repeat(1, MOST)
        pick = random.Random(1)
        for symbol, syllables in readings.items():
            same = sorted(set().union(*(sounding[s] for s in syllables)) - {symbol})
            if same:
                table[symbol] = torch.tensor([pick.choice(same) for _ in range(MOST)], dtype=torch.int32)
        self.table = table.to(device)

    def homophones(self, ids):
        """A random homophone of every symbol; a symbol without one stays."""
        which = torch.randint(MOST, ids.shape, device=ids.device)
        return self.table[ids, which]

    def __call__(self, ids, share=0.4, most=0.25):
        """`share` of the texts lose up to `most` of their symbols, half to homophones and half for good."""
        rate = torch.rand(len(ids), 1, device=ids.device) * most * (torch.rand(len(ids), 1, device=ids.device) < share)
        draw = torch.rand(ids.shape, device=ids.device)
        text = (ids != PAD) & (ids != CLS)
        ids = torch.where(text & (draw < rate / 2), self.homophones(ids), ids)
        dropped = text & (draw > 1 - rate / 2)
        order = torch.argsort(dropped.byte(), dim=1, stable=True)
        return ids.masked_fill(dropped, PAD).gather(1, order)
