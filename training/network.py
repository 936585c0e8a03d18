"""The encoder itself, in torch: characters in, what they are and what a claim among them states out.

The backbone is a small one of our own (convolutions and, between them, self-attention), or any
BERT-like checkpoint of Hugging Face. Heads and inputs are the same for both.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from ..models.windows import FLAG_SIZES, INSIDE, N_MARKS, NUMBER

TAGS = "OBIN"


class Convolution(nn.Module):
    """Each character sees one neighbour on either side, ``dilation`` away (a gated convolution)."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.look = nn.Linear(3 * width, 2 * width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        k, t = self.dilation, x.shape[1]
        own = self.norm(x) * there
        wide = functional.pad(own, (0, 0, k, k))
        seen = self.look(torch.cat([wide[:, :t], own, wide[:, 2 * k :]], dim=2))
        return x + self.dropout(functional.glu(seen, dim=2))


class Attention(nn.Module):
    """Each character sees all of its window."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.answer = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        n, t, d = x.shape
        q, k, v = self.ask(self.norm(x)).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(d // self.heads)
        scores = scores + (there.transpose(1, 2).unsqueeze(1) - 1) * 1e4
        seen = (scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(n, t, d)
        return x + self.dropout(self.answer(seen))


class OwnBackbone(nn.Module):
    """A small encoder: `blocks` is a word of c (convolution) and a (attention)."""

    def __init__(self, size: int, *, width: int, blocks: str, dropout: float) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Embedding(size, width)
        nn.init.normal_(self.embed.weight, std=0.02 * math.sqrt(768 / width))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        made: list[nn.Module] = []
        for letter in blocks:
            dilation = (1, 2, 4)[sum(isinstance(b, Convolution) for b in made) % 3]
            made.append(Convolution(width, dilation, dropout) if letter == "c" else Attention(width, 4, dropout))
        self.blocks = nn.ModuleList(made)
        self.last = nn.LayerNorm(width)

    def forward(self, ids: torch.Tensor, extra: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        x = self.dropout(self.norm(self.embed(ids) + extra))
        for block in self.blocks:
            x = block(x, there)
        return self.last(x)


class CheckpointBackbone(nn.Module):
    """A BERT-like encoder of Hugging Face, by name or path."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.width = int(model.config.hidden_size)
        self.embed = model.get_input_embeddings()

    def forward(self, ids: torch.Tensor, extra: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        shown = self.embed(ids) + extra
        return self.model(inputs_embeds=shown, attention_mask=there.squeeze(2).long()).last_hidden_state


class Network(nn.Module):
    """A backbone with its heads.

    Parameters
    ----------
    sizes : dict of int
        How many metrics, scopes, periods and kinds there are.
    """

    def __init__(self, backbone: Any, sizes: dict[str, int], *, dropout: float = 0.1) -> None:
        super().__init__()
        d = backbone.width
        self.backbone = backbone
        self.marks = nn.Embedding(N_MARKS, d, padding_idx=0)
        self.flags = nn.ModuleList(nn.Embedding(n, d) for n in FLAG_SIZES)
        for table in (self.marks, *self.flags):
            nn.init.normal_(table.weight, std=0.02)
        self.tags = nn.Linear(d, len(TAGS))
        self.query = nn.Linear(3 * d, d)
        self.keys = nn.Linear(d, d)
        self.values = nn.Linear(d, d)
        self.pool = nn.Linear(4 * d, 2 * d)
        self.dropout = nn.Dropout(2 * dropout)
        self.facts = nn.ModuleDict({name: nn.Linear(2 * d, n) for name, n in sizes.items()})
        self.guess_bias = nn.Parameter(torch.zeros(backbone.embed.num_embeddings))

    def encode(self, ids: torch.Tensor, marks: torch.Tensor) -> torch.Tensor:
        """Characters in their surroundings. Shape (n, width, d)."""
        there = (marks != 0).unsqueeze(2).to(self.marks.weight.dtype)
        return self.backbone(ids, self.marks(marks), there)

    def forward(self, ids: torch.Tensor, marks: torch.Tensor, flags: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Scores of tags (n, width, 4), then of metrics, scopes, periods and kinds (n, …)."""
        hidden = self.encode(ids, marks)
        return (self.tags(hidden), *self.state(hidden, marks, flags))

    def state(self, hidden: torch.Tensor, marks: torch.Tensor, flags: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What the marked claim states."""
        number = (marks == NUMBER).to(hidden.dtype)
        inside = (marks == INSIDE).to(hidden.dtype) + number
        about = sum(table(flags[:, k]) for k, table in enumerate(self.flags))
        core = torch.cat([_mean(hidden, inside), _mean(hidden, number), about], dim=1)  # type: ignore[list-item]
        n, t, d = hidden.shape
        q = self.query(core).view(n, 1, 4, d // 4).transpose(1, 2)
        k = self.keys(hidden).view(n, t, 4, d // 4).transpose(1, 2)
        v = self.values(hidden).view(n, t, 4, d // 4).transpose(1, 2)
        scores = q @ k.transpose(-1, -2) / math.sqrt(d // 4)
        scores = scores + ((marks != 0).to(hidden.dtype) - 1).view(n, 1, 1, t) * 1e4
        around = (scores.softmax(dim=-1) @ v).reshape(n, d)
        pooled = self.dropout(functional.gelu(self.pool(torch.cat([core, around], dim=1))))
        return tuple(head(pooled) for head in self.facts.values())

    def guess(self, hidden: torch.Tensor) -> torch.Tensor:
        """Scores of each character for masked ones."""
        return hidden @ self.backbone.embed.weight.T + self.guess_bias


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weights = mask.unsqueeze(2)
    return (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
