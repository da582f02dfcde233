"""Scale and shift of the logits by development texts, folded into the last matrix (Platt 1999; Guo et al. 2017)."""

import torch

import heads


def fit(logits, target, weight):
    """(scale, shift), one each a logit: a binary head gets both, another head one scale.

    logits, target [rows, LOGITS], weight [rows, heads]; heads without 50 labelled rows are left as they are
    """
    scale, shift = torch.ones(heads.LOGITS), torch.zeros(heads.LOGITS)
    for index, head in enumerate(heads.HEADS):
        asked = weight[:, index] >= 0.5
        if asked.sum() < 50:
            continue
        z, p, w = logits[asked], target[asked], torch.zeros(int(asked.sum()), len(heads.HEADS))
        w[:, index] = 1
        log_scale, move = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
        optimiser = torch.optim.LBFGS([log_scale, move], max_iter=100, line_search_fn="strong_wolfe")

        def closure():
            optimiser.zero_grad()
            loss = heads.loss(z * log_scale.exp() + move * float(head.binary), p, w) / len(z)
            loss.backward()
            return loss

        optimiser.step(closure)
        scale[head.outputs] = log_scale.exp().item()
        shift[head.outputs] = move.item() if head.binary else 0.0
    return scale, shift


@torch.no_grad()
def fold(model, scale, shift):
    """Changes `model` so that its logits are the old ones times `scale` plus `shift`."""
    judge = model.judge
    scale, shift = scale.to(judge.weight), shift.to(judge.weight)
    judge.weight *= scale[:, None]
    judge.bias.copy_(judge.bias * scale + shift)
