"""Accuracy, macro-F1 and calibration error of logits, corpus by corpus."""

import numpy as np
import torch

import heads

BINS = 15


def macro_f1(truth, guess):
    scores = []
    for label in np.unique(truth):
        hit = np.sum((truth == label) & (guess == label))
        scores.append(2 * hit / max(1, np.sum(truth == label) + np.sum(guess == label)))
    return float(np.mean(scores))


def calibration_error(right, confidence):
    """Mean distance of confidence and accuracy over BINS equal bins (Guo et al. 2017)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    total = 0.0
    for number in np.unique(bins):
        inside = bins == number
        total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(total)


def _figures(truth, guess, confidence=None):
    right = truth == guess
    out = {"rows": len(truth), "accuracy": round(100 * float(right.mean()), 2), "macro_f1": round(100 * macro_f1(truth, guess), 2)}
    if confidence is not None:
        out["calibration_error"] = round(100 * calibration_error(right, confidence), 2)
    return out


def figures(corpus, logits, target, weight):
    """{head: figures in percent} of one corpus; "three_way" where comments may be neutral.

    logits [rows, LOGITS], target and weight as in corpora.Texts
    """
    p = heads.probabilities(torch.as_tensor(logits)).numpy()
    out = {}
    for index, head in enumerate(heads.HEADS):
        asked = weight[:, index] >= 0.5
        if not asked.any():
            continue
        if head.binary:
            yes = p[asked, head.first]
            out[head.name] = _figures(target[asked, head.first] > 0.5, yes > 0.5, np.maximum(yes, 1 - yes))
        else:
            each = p[asked][:, head.outputs]
            out[head.name] = _figures(target[asked][:, head.outputs].argmax(1), each.argmax(1), each.max(1))
    if corpus in ("live", "live_test", "twitch"):
        sides = np.where(target[:, 0] > 0.5, 1, -1)
        truth = np.where(target[:, 1] > 0.5, 0, sides)
        guess = np.where(p[:, 1] > 0.5, 0, np.where(p[:, 0] > 0.5, 1, -1))
        out["three_way"] = _figures(truth, guess)
    return out


def line(name, by_corpus):
    """One line: the accuracy of every head in every corpus."""
    cells = [f"{c}.{h} {f['accuracy']:.1f}" for c, hs in by_corpus.items() for h, f in hs.items() if h != "neutral"]
    return f"{name}: " + ", ".join(cells)
