"""The reference autoencoders in PyTorch, in the fastest of its modes: eager, fused Adam, compiled.

    python benches/peers/pytorch_peer.py --data DIR --model vae --rounds 10

The data lie in memory as one tensor and batches are gathered by index, so that no data loader is timed. `seconds` covers
the training steps of an epoch alone.
"""

import time

import torch
from torch import nn
from torch.nn import functional

import peer


def mlp(sizes):
    layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    parts = [part for layer in layers for part in (layer, nn.ReLU())]
    return nn.Sequential(*parts[:-1])


class Vae(nn.Module):
    batch = 128

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = mlp([784, 400, 40]), mlp([20, 400, 784])

    def forward(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
        reconstruction = functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = 0.5 * torch.sum(mu * mu + log_var.exp() - log_var - 1)
        return (reconstruction + kl) / x.shape[0]


class Deep(nn.Module):
    batch = 256

    def __init__(self):
        super().__init__()
        sizes = [784, 1000, 500, 250, 30]
        self.encoder, self.decoder = mlp(sizes), mlp(sizes[::-1])

    def forward(self, x):
        return torch.sum((self.decoder(self.encoder(x)) - x) ** 2) / x.shape[0]


class Run:
    def __init__(self, kind, mode):
        torch.manual_seed(0)
        self.model = kind()
        self.loss = torch.compile(self.model) if mode == "compiled" else self.model
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=mode != "eager")

    def epoch(self, train, order):
        """Seconds of the steps, and their mean loss."""
        total = 0.0
        begun = time.perf_counter()
        for rows in order.split(self.model.batch):
            self.optimizer.zero_grad()
            loss = self.loss(train[rows])
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(rows)
        return time.perf_counter() - begun, total / len(order)

    @torch.no_grad()
    def evaluate(self, test):
        return sum(self.model(x).item() * len(x) for x in test.split(self.model.batch)) / len(test)


def fastest_mode(kind, train):
    """The mode whose second fifth of an epoch takes the least time, and why others cannot run."""
    order = torch.arange(len(train) // 5)
    seconds, failures = {}, []
    for mode in ["eager", "fused", "compiled"]:
        try:
            run = Run(kind, mode)
            run.epoch(train, order)
            seconds[mode] = run.epoch(train, order)[0]
        except Exception as error:
            failures.append(f"{mode} cannot run: {type(error).__name__}")
    return min(seconds, key=seconds.get), failures


def main():
    chosen = peer.arguments(model=["vae", "deep"], mode=["fastest", "eager", "fused", "compiled"], order=None)
    torch.set_num_threads(chosen.threads)
    train, test = (torch.from_numpy(x) for x in (peer.train_images(chosen.data), peer.test_images(chosen.data)))
    kind = {"vae": Vae, "deep": Deep}[chosen.model]
    mode, failures = fastest_mode(kind, train) if chosen.mode == "fastest" else (chosen.mode, [])
    run = Run(kind, mode)
    # Compiles for the full and for the last, smaller batch; from its own start again afterwards.
    run.epoch(train, torch.arange(3 * run.model.batch + len(train) % run.model.batch))
    run.model.load_state_dict(Run(kind, "eager").model.state_dict())
    run.optimizer = type(run.optimizer)(run.model.parameters(), lr=1e-3, fused=mode != "eager")
    orders = peer.orders(chosen.order, len(train))

    def one_round():
        seconds, loss = run.epoch(train, torch.from_numpy(next(orders)))
        return {"seconds": seconds, "train": loss, "test": run.evaluate(test)}

    peer.serve("pytorch", ", ".join([torch.__version__, mode, *failures]), chosen.rounds, one_round)


main()
