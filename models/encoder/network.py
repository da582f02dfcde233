"""A character encoder: pre-norm transformer (Xiong et al. 2020) with learnt positions and one vector a comment."""

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

from heads import LOGITS
from quantise import fake_int8_columns, fake_int8_tensor, fake_uint8_dynamic
from text import LENGTH, PAD

PAIR = 40503  # the entry of neighbours a, b is (a * PAIR + b) modulo the table; below 2^31 for any vocabulary here


@dataclasses.dataclass(frozen=True)
class Size:
    layers: int
    width: int
    heads: int
    dropout: float = 0.1  # in supervised training
    bigrams: int = 0  # entries of a hashed table of neighbouring symbols, added to the symbols; 0: none


class Linear(nn.Linear):
    """Computes in the type of its input: master weights stay float32 while activations are bfloat16."""

    int8 = False  # compute as the quantised network will (quantise.py)

    def forward(self, x):
        weight = self.weight
        if self.int8:
            weight, x = fake_int8_columns(weight), fake_uint8_dynamic(x)
        return F.linear(x, weight.to(x.dtype), self.bias.to(x.dtype))


class Norm(nn.LayerNorm):
    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.bias.to(x.dtype), self.eps)


class Layer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.heads = size.heads
        self.before_attention, self.before_network = Norm(size.width), Norm(size.width)
        self.query_key_value = Linear(size.width, 3 * size.width)
        self.mix = Linear(size.width, size.width)
        self.widen = Linear(size.width, 4 * size.width)
        self.narrow = Linear(4 * size.width, size.width)

    def forward(self, x, mask, dropout):
        batch, length, width = x.shape
        split = self.query_key_value(self.before_attention(x))
        split = split.view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = split[0], split[1], split[2]
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = x + F.dropout(self.mix(mixed.transpose(1, 2).reshape(batch, length, width)), dropout, dropout > 0)
        inner = F.gelu(self.widen(self.before_network(x)))
        return x + F.dropout(self.narrow(inner), dropout, dropout > 0)


class Encoder(nn.Module):
    def __init__(self, vocabulary, size):
        super().__init__()
        self.size = size
        self.symbols = nn.Embedding(vocabulary, size.width)
        self.positions = nn.Embedding(LENGTH, size.width)
        self.pairs = nn.Embedding(size.bigrams, size.width) if size.bigrams else None
        self.layers = nn.ModuleList(Layer(size) for _ in range(size.layers))
        self.last = Norm(size.width)
        self.guess = Linear(size.width, size.width)  # masked characters only
        self.guess_norm = Norm(size.width)
        self.guess_bias = nn.Parameter(torch.zeros(vocabulary))
        self.pool = Linear(3 * size.width, size.width)
        self.judge = Linear(size.width, LOGITS)
        self.compute = torch.float32
        self.int8 = False
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.trunc_normal_(module.weight, std=0.02 if size.width > 400 else 0.03)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)
        for layer in self.layers:
            for linear in (layer.mix, layer.narrow):
                with torch.no_grad():
                    linear.weight /= (2 * size.layers) ** 0.5

    def set_int8(self, on):
        """Compute, in training too, with the rounding of the quantised network. `judge` stays in floating point."""
        self.int8 = on
        for layer in self.layers:
            for linear in (layer.query_key_value, layer.mix, layer.widen, layer.narrow):
                linear.int8 = on
        self.pool.int8 = on

    def hidden(self, ids, dropout=0.0):
        """[batch, length] numbers -> [batch, length, width]."""
        symbols, positions = self.symbols.weight, self.positions.weight
        if self.int8:
            symbols, positions = fake_int8_tensor(symbols), fake_int8_tensor(positions)
        where = torch.arange(ids.shape[1], device=ids.device)
        x = F.embedding(ids, symbols) + F.embedding(where, positions)
        if self.pairs is not None:
            pairs = fake_int8_tensor(self.pairs.weight) if self.int8 else self.pairs.weight
            before = F.pad(ids[:, :-1], (1, 0), value=PAD)
            x = x + F.embedding((before * PAIR + ids) % self.size.bigrams, pairs)
        x = x.to(self.compute)
        x = F.dropout(x, dropout, dropout > 0)
        mask = (ids != PAD)[:, None, None, :].expand(-1, -1, ids.shape[1], -1)
        for layer in self.layers:
            x = layer(x, mask, dropout)
        return self.last(x)

    def guesses(self, hidden):
        """Vectors of single positions -> logits over the vocabulary."""
        x = self.guess_norm(F.gelu(self.guess(hidden)))
        return F.linear(x, self.symbols.weight.to(x.dtype), self.guess_bias.to(x.dtype))

    def forward(self, ids, dropout=0.0):
        """[batch, length] numbers -> [batch, LOGITS]. From [cls], the mean and the maximum over the text."""
        x = self.hidden(ids, dropout)
        text = (ids != PAD)[:, :, None].to(x.dtype)
        mean = (x * text).sum(1) / text.sum(1)
        most = (x + (text - 1) * 100).max(1).values
        pooled = torch.tanh(self.pool(torch.cat([x[:, 0], mean, most], 1)))
        return self.judge(F.dropout(pooled, dropout, dropout > 0))
