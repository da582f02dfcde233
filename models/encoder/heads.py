"""The five questions that the network answers about a comment, their logits in order, and their loss."""

import dataclasses

import torch
import torch.nn.functional as F


@dataclasses.dataclass(frozen=True)
class Head:
    name: str
    labels: tuple  # one: the probability of a yes (sigmoid); several: which of them (softmax)
    first: int  # its first logit

    @property
    def outputs(self):
        return slice(self.first, self.first + len(self.labels))

    @property
    def binary(self):
        return len(self.labels) == 1


EMOTIONS = ("joy", "anger", "sadness", "surprise", "fear", "neutral")
INTENTS = (
    "price", "availability", "shipping", "discount", "product_question", "usage",
    "purchase", "after_sales", "praise", "greeting", "host_request", "chatter",
)

HEADS = (
    Head("sentiment", ("positive",), 0),
    Head("neutral", ("neutral",), 1),  # says neither good nor bad
    Head("offensive", ("offensive",), 2),
    Head("emotion", EMOTIONS, 3),
    Head("intent", INTENTS, 9),
)
BY_NAME = {head.name: (index, head) for index, head in enumerate(HEADS)}
LOGITS = sum(len(head.labels) for head in HEADS)

# "sentiment", ..., "emotion:joy", ...: the names of the logits, in order.
OUTPUTS = [h.name if h.binary else f"{h.name}:{label}" for h in HEADS for label in h.labels]


def probabilities(logits, temperature=1.0):
    """Sigmoid or softmax, head by head."""
    logits = logits.float() / temperature
    return torch.cat(
        [torch.sigmoid(logits[:, h.outputs]) if h.binary else torch.softmax(logits[:, h.outputs], 1) for h in HEADS], 1
    )


def loss(logits, target, weight, temperature=1.0):
    """Sum over comments and heads of the cross-entropy to `target`.

    logits       [comments, LOGITS]
    target       [comments, LOGITS], probabilities
    weight       [comments, heads], 0 where a comment has no label for a head
    temperature  divides the logits (Hinton et al. 2015); the loss is scaled by its square
    """
    logits = logits.float() / temperature
    total = logits.new_zeros(())
    for index, head in enumerate(HEADS):
        z, p = logits[:, head.outputs], target[:, head.outputs]
        if head.binary:
            each = F.binary_cross_entropy_with_logits(z, p, reduction="none")[:, 0]
        else:
            each = -(p * F.log_softmax(z, 1)).sum(1)
        total = total + (each * weight[:, index]).sum()
    return total * temperature**2
