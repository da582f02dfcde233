"""Comments as the encoder sees them: normalised symbols, the tenth of a text, the vocabulary.

`normalise` and `tenth` say what sdk/cpp/sotto/text/normalise.h and sdk/cpp/sotto/comments/corpus_split.h say. The corpora
come normalised and numbered from `sotto comments corpus`; these are for texts that did not pass through it, and `tenth`
is checked against its output on every run (corpora.py).
"""

import collections
import json
import re
import unicodedata

import numpy as np

PAD, UNK, MASK, CLS = range(4)
SPECIAL = ["[pad]", "[unk]", "[mask]", "[cls]"]

LENGTH = 128  # positions, [cls] among them
HEAD = 63  # a text of more than LENGTH - 1 symbols keeps its first 63 ...
TAIL = LENGTH - 1 - HEAD  # ... and its last 64: reviews often conclude at the end

LONGEST_RUN = 3
NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")

# As in sdk/cpp/sotto/text/emoji.cc, the commonest of them. Every other pictograph is neutral.
PRAISING = "☺♥✌✨❣❤⭐🌟🌹🎉🎊🏆👌👍👏💐💓💕💖💗💘💙💚💛💜💝💞💪💯🔥🖤😀😁😃😄😆😇😊😋😍😎😘😙😚😸😺😻😽🙌🙏🤍🤎🤗🤘🤝🤟🤤🤩🥇🥰🥳🧡"
COMPLAINING = "☹👎💔💩🖕😒😓😔😕😖😞😟😠😡😢😣😤😥😨😩😫😰😾😿🙁🙄🤡🤢🤥🤦🤬🤮🥱"
TOKENS = {"praising": "👍", "complaining": "👎", "neutral": "😐"}


def _symbol(character):
    if ord(character) >= 0x2300 and unicodedata.category(character) == "So":
        if character in PRAISING:
            return TOKENS["praising"]
        if character in COMPLAINING:
            return TOKENS["complaining"]
        if ord(character) >= 0x1F000 and not unicodedata.decomposition(character):
            return TOKENS["neutral"]
    return character


def normalise(text):
    """NFKC, lower case, emoji as three tokens, white space collapsed, runs of more than three symbols cut to three."""
    out = []
    for character in unicodedata.normalize("NFKC", "".join(map(_symbol, text))).lower():
        category = unicodedata.category(character)
        if category[0] == "Z" or character in "\t\n\v\f\r\x85":
            character = " "
        elif category in ("Cc", "Cf") or "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff":
            continue
        if character == " " and (not out or out[-1] == " "):
            continue
        if out[-LONGEST_RUN:] == [character] * LONGEST_RUN:
            continue
        out.append(character)
    return unicodedata.normalize("NFC", "".join(out).rstrip(" "))


def letters(text):
    """The letters and digits of a normalised text; the whole text if it has none. Equal letters mean equal texts."""
    return NEITHER_LETTER_NOR_DIGIT.sub("", text) or text


def tenth(text):
    """0..9, from 64-bit FNV-1a over the letters of a normalised text, four little-endian bytes a symbol."""
    value = 0xCBF29CE484222325
    for byte in letters(text).encode("utf-32-le"):
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return (value >> 32) % 10


class Vocabulary:
    """Symbols and their numbers: the four special ones first, then the commonest of the training texts."""

    def __init__(self, symbols):
        self.symbols = list(symbols)
        self.table = np.full(0x110000, UNK, dtype=np.uint16)
        for number, symbol in enumerate(self.symbols):
            if number >= len(SPECIAL):
                self.table[ord(symbol)] = number

    def __len__(self):
        return len(self.symbols)

    @classmethod
    def of(cls, texts, size, least=3):
        """At most `size` symbols, each seen at least `least` times."""
        counts = collections.Counter()
        for text in texts:
            counts.update(text)
        common = sorted((s for s in counts if counts[s] >= least), key=lambda s: (-counts[s], s))
        return cls(SPECIAL + common[: size - len(SPECIAL)])

    def encode(self, text):
        """All symbols of a normalised text as numbers; neither cut nor with [cls]."""
        return self.table[np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)]

    def ids(self, text):
        """What the network reads: [cls], then the text, cut in the middle to LENGTH."""
        symbols = self.encode(text)
        if len(symbols) > LENGTH - 1:
            symbols = np.concatenate([symbols[:HEAD], symbols[-TAIL:]])
        return np.concatenate([[CLS], symbols]).astype(np.int32)

    def save(self, path, outputs):
        """JSON: {"symbols": [...], "length", "head", "tail", "outputs": names of the logits in order}."""
        what = {"length": LENGTH, "head": HEAD, "tail": TAIL, "outputs": outputs, "symbols": self.symbols}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(what, file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file)["symbols"])
