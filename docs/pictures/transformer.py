"""A small causal Transformer that counts modulo 3, for a picture of the page: trained here, without netlift.

    python docs/pictures/transformer.py FILE [--seed N]

It reads "step", "stay" and "back", and answers after each where on a ring of three places one now is. FILE
gets its weights.
"""

import argparse
from pathlib import Path

import torch

LONGEST = 12  # symbols of a word; there are as many positions
SYMBOLS = ("stay", "step", "back")
PLACES = ("home", "left", "right")
BATCH, STEPS, RATE = 256, 3_000, 2e-3


class Ring(torch.nn.Module):
    """Two layers of attention over learned positions; tokens [B, T] to units [B, T, 3]."""

    def __init__(self, width: int = 32, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.token = torch.nn.Embedding(len(SYMBOLS), width)
        self.position = torch.nn.Embedding(LONGEST, width)
        layer = torch.nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.answer = torch.nn.Linear(width, len(PLACES))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """What comes after each token, which sees none that comes later."""
        steps = tokens.shape[1]
        mask = torch.triu(torch.ones(steps, steps, dtype=torch.bool, device=tokens.device), diagonal=1)
        seen = self.token(tokens) + self.position(torch.arange(steps, device=tokens.device))
        return self.answer(self.layers(seen, mask=mask))


def drawn(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Words [N, T], and the place after each step."""
    tokens = torch.randint(len(SYMBOLS), (count, LONGEST), generator=generator)
    return tokens, torch.cumsum(tokens, dim=1) % 3  # back is two steps on


def trained(seed: int) -> Ring:
    """A Ring, trained on words drawn anew for each step."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Ring()
    optimizer = torch.optim.AdamW(model.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for step in range(STEPS):
        tokens, places = drawn(BATCH, generator)
        loss = torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), places.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 250 == 0 or step == STEPS - 1:
            tokens, places = drawn(2_000, generator)
            with torch.no_grad():
                right = (model(tokens).argmax(-1) == places).all(dim=1).float().mean()
            print(f"step {step}: loss {loss.item():.4f}, words entirely right {right.item():.2%}", flush=True)
    return model.eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.save(trained(given.seed).state_dict(), given.file)
