"""A small causal Transformer that keeps a light, for a picture of the page: trained here, without netlift.

    python docs/pictures/transformer.py FILE [--seed N]

It reads "red", "green", "off" and "keep", and answers after each what is lit: the flip-flop of Liu et al.,
"Exposing Attention Glitches with Flip-Flop Language Modeling" (2023), with three values. FILE gets weights.
"""

import argparse
from pathlib import Path

import torch

LONGEST = 12  # symbols of a word; there are as many positions
SYMBOLS = ("off", "red", "green", "keep")
LIGHTS = SYMBOLS[:3]
KEEP = SYMBOLS.index("keep")
BATCH, STEPS, RATE = 256, 600, 3e-3


class Light(torch.nn.Module):
    """Two layers of attention over learned positions; tokens [B, T] to units [B, T, 3]."""

    def __init__(self, width: int = 32, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.token = torch.nn.Embedding(len(SYMBOLS), width)
        self.position = torch.nn.Embedding(LONGEST, width)
        layer = torch.nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.answer = torch.nn.Linear(width, len(LIGHTS))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """What comes after each token, which sees none that comes later."""
        steps = tokens.shape[1]
        mask = torch.triu(torch.ones(steps, steps, dtype=torch.bool, device=tokens.device), diagonal=1)
        seen = self.token(tokens) + self.position(torch.arange(steps, device=tokens.device))
        return self.answer(self.layers(seen, mask=mask))


def drawn(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Words [N, T], some of them all of one symbol, and what is lit after each step."""
    often = torch.rand(count, len(SYMBOLS), generator=generator) ** 4
    tokens = torch.multinomial(often, LONGEST, replacement=True, generator=generator)
    lit = torch.zeros_like(tokens)
    for step in range(LONGEST):
        before = lit[:, step - 1] if step else torch.zeros_like(tokens[:, 0])
        lit[:, step] = torch.where(tokens[:, step] == KEEP, before, tokens[:, step])
    return tokens, lit


def trained(seed: int) -> Light:
    """A Light, trained on words drawn anew for each step."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Light()
    optimizer = torch.optim.AdamW(model.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for step in range(STEPS):
        tokens, lit = drawn(BATCH, generator)
        loss = torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), lit.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0 or step == STEPS - 1:
            tokens, lit = drawn(2_000, generator)
            with torch.no_grad():
                right = (model(tokens).argmax(-1) == lit).all(dim=1).float().mean()
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
